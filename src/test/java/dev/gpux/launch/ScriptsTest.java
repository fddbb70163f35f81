package dev.gpux.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the scripts without running them. */
class ScriptsTest {
    private static final Pattern OPTION = Pattern.compile("(?<![\\w{])-(?:XX:|X|D|-enable)[\\w.:+-]+(?:=[\\w.-]+)?");
    private static final Pattern SHORT_COMMANDS_SH = Pattern.compile("\\n +(run \\|[^)]*?) \\| -\\*\\) ;;");
    private static final Pattern SHORT_COMMANDS_CMD = Pattern.compile("in \\((run [^)]*)\\)");
    private static final Pattern VARIABLE = Pattern.compile("GPUX_[A-Z_]+");

    private static String text(String script) throws IOException {
        return Files.readString(Path.of(script));
    }

    private static Set<String> all(Pattern pattern, String text) {
        var found = new TreeSet<String>();
        var matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    @Test
    void bothLaunchersPassTheSameOptions() throws IOException {
        var options = all(OPTION, text("gpux").replaceAll("(?m)^#.*$", ""));
        assertTrue(options.contains("-XX:TieredStopAtLevel=1"), options.toString());
        // What the batch file looks for among the person's options instead of a pattern.
        var batch = all(OPTION, text("gpux.cmd").replace("%GIVEN:-XX:+Use=%", ""));
        options.remove("-XX:+Use");
        assertEquals(options, batch);
    }

    @Test
    void bothLaunchersKnowTheSameShortCommands() throws IOException {
        assertEquals(group(SHORT_COMMANDS_SH, text("gpux")).replace(" | ", " "),
                group(SHORT_COMMANDS_CMD, text("gpux.cmd")));
    }

    private static String group(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        assertTrue(matcher.find(), () -> "no " + pattern);
        return matcher.group(1);
    }

    @Test
    void bothLaunchersHaveTheSameVariablesAndMinimum() throws IOException {
        var variables = all(VARIABLE, text("gpux"));
        // A batch file cannot ask whether it writes to a terminal.
        variables.remove("GPUX_TTY");
        assertEquals(variables, all(VARIABLE, text("gpux.cmd")));
        assertEquals(group(Pattern.compile("\nMINIMUM=(\\d+)"), text("gpux")),
                group(Pattern.compile("\"MINIMUM=(\\d+)\""), text("gpux.cmd")));
    }

    @Test
    void everyLabelOfTheBatchFileIsThereAndUsed() throws IOException {
        var text = text("gpux.cmd");
        var labels = new TreeSet<String>();
        all(Pattern.compile("(?m)^:\\w+"), text).forEach(label -> labels.add(label.substring(1)));
        var uses = new TreeSet<String>();
        all(Pattern.compile("goto \\w+|call :\\w+"), text).forEach(use -> uses.add(use.replaceAll("goto |call :", "")));
        assertEquals(labels, uses);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpux", ".ci/run", "jextract.sh", "deploy/rootfs.sh", "integrations/spark/spark-submit",
        "src/jmh/scale.sh", "src/jmh/spark.sh"})
    void shellcheckFindsNothing(String script) throws Exception {
        var there = new ProcessBuilder("sh", "-c", "command -v shellcheck").start().waitFor() == 0;
        if (!there && "1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
            throw new AssertionError("shellcheck is not installed");
        }
        assumeTrue(there, "shellcheck is not installed");
        var process = new ProcessBuilder("shellcheck", script).redirectErrorStream(true).start();
        assertEquals("", new String(process.getInputStream().readAllBytes()));
        assertEquals(0, process.waitFor());
    }
}
