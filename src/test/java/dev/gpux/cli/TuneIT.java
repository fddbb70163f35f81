package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux tune}, and how others use what it found; {@code gpux diff} and {@code gpux lint} as processes. */
class TuneIT {
    private static final Path MODELS = Path.of(System.getProperty("gpux.models", "models")).toAbsolutePath();
    private static final Path DIGITS = MODELS.resolve("cnn_mnist.onnx");

    @TempDir
    Path folder;

    private GpuxProcess.Result gpux(String... arguments) {
        return new GpuxProcess(arguments).in(folder).run();
    }

    @Test
    void theWinnerIsNotedAndUsedAndTheGpuxfileLeftAlone() throws IOException {
        var text = "name: digits\nmodel: {source: " + DIGITS + "}\n";
        var gpuxfile = Files.writeString(folder.resolve("GPUXfile"), text);
        var tuned = gpux("tune", "--budget", "500ms", "--json");
        assertEquals(0, tuned.code(), tuned::toString);
        assertTrue(tuned.out().contains("\"chosen\":\"cpu, ") && tuned.out().contains("\"finalist\":true"),
            tuned::toString);
        assertEquals(text, Files.readString(gpuxfile));
        assertTrue(Files.readString(folder.resolve("gpux.lock")).contains("\"tuned\""));
        var zeros = "input_image=@" + zeros();
        var run = gpux("run", "-i", zeros);
        assertTrue(run.err().contains("note: as tuned for this machine: cpu, "), run::toString);
        var bench = gpux("bench", "--duration", "50ms", "--warm-up", "50ms");
        assertTrue(bench.out().contains("note: as tuned for this machine: cpu, "), bench::toString);
        var other = gpux("run", "--threads", "1", "-i", zeros);
        assertTrue(other.err().contains("note: the setting that 'gpux tune' noted in gpux.lock is not used: threads"),
            other::toString);
        var build = gpux("build");
        assertEquals(0, build.code(), build::toString);
        assertTrue(Files.readString(folder.resolve("gpux.lock")).contains("\"tuned\""), "build dropped the tuning");
        var written = gpux("tune", "--budget", "500ms", "--write");
        assertEquals(0, written.code(), written::toString);
        assertTrue(Files.readString(gpuxfile).startsWith(text)
            && Files.readString(gpuxfile).contains("runtime:\n  threads: {intra: "));
    }

    private Path zeros() throws IOException {
        return Files.write(folder.resolve("zeros.bin"), new byte[28 * 28 * Float.BYTES]);
    }

    @Test
    void differencesAndRemarksMayEndInACodeOfTheirOwn() {
        var other = MODELS.resolve("lr_mnist.onnx").toString();
        assertEquals(0, gpux("diff", DIGITS.toString(), DIGITS.toString(), "--exit-code").code());
        var diff = gpux("diff", DIGITS.toString(), other, "--exit-code");
        assertEquals(5, diff.code(), diff::toString);
        assertTrue(diff.out().contains("Conv: 2 → 0"), diff::toString);
        var json = gpux("diff", DIGITS.toString(), other, "--json");
        assertTrue(json.out().contains("\"same\":false") && json.out().contains(
            "{\"operator\":\"Conv\",\"before\":2,\"after\":0}"), json::toString);
        assertTrue(gpux("diff", other, other, "--json").out().contains("\"same\":true"));
        assertEquals(2, gpux("diff", other).code());
        var lint = gpux("lint", DIGITS.toString(), "--exit-code");
        assertEquals(5, lint.code(), lint::toString);
        assertTrue(lint.out().contains("old-opset"), lint::toString);
    }
}
