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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux completion} in the real shells. */
class CompletionIT {
    /** A shell that waits for what never comes would wait for ever. */
    private static final int MOST_SECONDS = 300;

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
            if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
                throw e;
            }
            assumeTrue(false, "needs " + command[0] + ": apt-get install " + command[0]);
            throw e;
        }
        process.getOutputStream().close();
        CompletableFuture.delayedExecutor(MOST_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
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

    /** In a terminal of its own: what the line is after Tab, shown by a key that is bound for that. */
    @Test
    void zshCompletesWhatIsTyped() throws IOException, InterruptedException {
        script("zsh");
        Files.createFile(folder.resolve("model.onnx"));
        Files.writeString(folder.resolve("type.zsh"), """
            zmodload zsh/zpty
            zpty -b shell zsh -f -i
            zpty -w shell 'autoload -U compinit; compinit -D -u; source ./completion.zsh; unsetopt beep
                show() { print -r -- "<""<$BUFFER>""> " }; zle -N show; bindkey "^X" show; print "<""<ready>"">"'
            zpty -r shell out '*<<ready>>*'
            for line in "$@"; do
                zpty -wn shell "$line"$'\\t\\C-x'
                zpty -r shell out '*<<*>> *'
                print -r -- "${${out##*<<}%%>>*}"
                zpty -wn shell $'\\C-u'
            done
            """);
        assertEquals(List.of("gpux bench --fail-if ", "gpux completion zsh ", "gpux help completion ", "gpux run ",
            "gpux run --color always ", "gpux run --on-error ", "gpux run model.onnx "),
            shell("zsh", "-f", "type.zsh", "gpux ru", "gpux run --on", "gpux run --color al", "gpux completion z",
                "gpux run mod", "gpux bench --fail", "gpux help comp"));
    }

    @Test
    void fishCompletesWhatIsTyped() throws IOException, InterruptedException {
        var fish = script("fish");
        Files.createFile(folder.resolve("model.onnx"));
        var lines = new ArrayList<String>();
        for (var line : List.of("gpux ru", "gpux run --on", "gpux run --color a", "gpux completion ", "gpux run mod",
            "gpux bench -m m", "gpux help ru")) {
            lines.add("complete -C '" + line + "'");
        }
        var offered = shell("fish", "--no-config", "-c", "source '" + fish + "'; " + String.join("; ", lines)).stream()
            .map(line -> line.split("\t")[0]).toList();
        assertEquals(List.of("--on-error", "always", "auto", "bash", "fish", "model.onnx", "model.onnx", "run", "run",
            "zsh"), offered);
    }

    @Test
    void anotherShellIsWrongUsage() {
        var result = GpuxProcess.gpux("completion", "fishh");
        assertEquals(2, result.code(), result::toString);
        assertTrue(result.err().contains("did you mean \"fish\""), result::toString);
    }
}
