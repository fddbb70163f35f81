package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux completion} in the real shells. */
class CompletionIT {
    @TempDir
    Path folder;

    private Path script(String shell) throws IOException {
        var result = GpuxProcess.gpux("completion", shell);
        assertEquals(0, result.code(), result::toString);
        assertEquals("", result.err());
        return Files.writeString(folder.resolve("completion." + shell), result.out());
    }

    /** What bash offers for the last of {@code words}. */
    private List<String> complete(Path script, String... words) throws IOException, InterruptedException {
        var line = new ArrayList<String>();
        for (var word : words) {
            line.add('\'' + word + '\'');
        }
        return shell("bash", "--norc", "-c", "source '" + script + "'\nCOMP_WORDS=(gpux " + String.join(" ", line)
            + ")\nCOMP_CWORD=" + words.length + "\n_gpux\nprintf '%s\\n' \"${COMPREPLY[@]}\"");
    }

    private List<String> shell(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        } catch (IOException e) {
            if ("1".equals(System.getenv("GPUX_REQUIRE_ALL")) && command[0].equals("bash")) {
                throw e;
            }
            assumeTrue(false, "needs " + command[0] + ": apt-get install " + command[0]);
            throw e;
        }
        process.getOutputStream().close();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        return text.lines().sorted().toList();
    }

    @Test
    void bashCompletesCommandsOptionsAndFiles() throws IOException, InterruptedException {
        var bash = script("bash");
        assertEquals(List.of("run"), complete(bash, "ru"));
        assertTrue(complete(bash, "").containsAll(Commands.byName().keySet()));
        assertEquals(List.of("--on-error"), complete(bash, "run", "--on"));
        assertEquals(List.of("--fail-if"), complete(bash, "bench", "--fail"));
        assertEquals(List.of("always", "auto"), complete(bash, "run", "--color", "a"));
        assertEquals(List.of("bash", "fish", "zsh"), complete(bash, "completion", ""));
        Files.createFile(folder.resolve("model.onnx"));
        assertEquals(List.of("model.onnx"), complete(bash, "run", "mod"));
        assertEquals(List.of("model.onnx"), complete(bash, "bench", "-m", "m"));
    }

    @Test
    void bashRegistersIt() throws IOException, InterruptedException {
        assertEquals(List.of("complete -o filenames -F _gpux gpux"),
            shell("bash", "--norc", "-c", "source '" + script("bash") + "'; complete -p gpux"));
    }

    @Test
    void zshAndFishReadTheirScripts() throws IOException, InterruptedException {
        assertTrue(Files.readString(script("zsh")).startsWith("#compdef gpux\n"));
        assertTrue(Files.readString(script("fish")).contains("-a run -d 'Run a model"));
        shell("zsh", "-n", folder.resolve("completion.zsh").toString());
        shell("fish", "--no-execute", folder.resolve("completion.fish").toString());
    }

    @Test
    void anotherShellIsWrongUsage() {
        var result = GpuxProcess.gpux("completion", "fishh");
        assertEquals(2, result.code(), result::toString);
        assertTrue(result.err().contains("did you mean \"fish\""), result::toString);
    }
}
