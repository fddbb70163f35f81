package dev.gpux.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Compiles and runs examples/interop as its README says, and holds the README to its output. */
class InteropTest {
    @Test
    void printsWhatItsReadmeShows() throws IOException, InterruptedException {
        var folder = Path.of("examples/interop");
        var process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            folder.resolve("Interop.java").toString())).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(true, process.waitFor(5, TimeUnit.MINUTES), output);
        assertEquals(0, process.exitValue(), output);
        var readme = Files.readString(folder.resolve("README.md"));
        var shown = readme.substring(readme.indexOf("prints") + "prints".length()).lines().map(String::strip)
            .filter(line -> !line.isEmpty()).toList();
        assertEquals(shown, output.lines().toList());
    }
}
