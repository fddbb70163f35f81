package dev.gpux.cli.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.cli.common.ExitCode;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.ort.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux optimize} on the digits CNN. */
class OptimizeTest {
    private static final Path DIGITS = Path.of(System.getProperty("gpux.models", "models")).resolve("cnn_mnist.onnx");

    @TempDir
    Path folder;

    private Line optimize(String target, String... arguments) {
        var all = new ArrayList<>(List.of(DIGITS.toString(), "-o", folder.resolve(target).toString()));
        all.addAll(Arrays.asList(arguments));
        return Line.run(new OptimizeCommand(), all.toArray(String[]::new));
    }

    @Test
    void ortRewritesTheGraph() throws IOException {
        var line = optimize("a.onnx");
        assertEquals(ExitCode.OK, line.code(), line::toString);
        assertTrue(line.out().contains("level extended for cpu") && line.out().contains("Relu 4 →"), line::toString);
        try (var model = OnnxModel.open(folder.resolve("a.onnx"))) {
            assertTrue(model.graph().nodes().size() < 13);
        }
        assertEquals(ExitCode.USAGE, optimize("a.onnx", "--level", "most").code());
    }

    @Test
    void ortFormatIsLoaded() {
        var line = optimize("a.ort", "--level", "basic");
        assertEquals(ExitCode.OK, line.code(), line::toString);
        try (var session = Session.open(folder.resolve("a.ort"))) {
            assertEquals(1, session.inputs().size());
        }
    }

    @Test
    void shapesAreFixedAndWeightsHalved() throws IOException {
        var line = optimize("b.onnx", "--fix-dim", "batch=2", "--fp16", "--min-cosine", "0.999", "--level", "basic");
        assertEquals(ExitCode.OK, line.code(), line::toString);
        try (var model = OnnxModel.open(folder.resolve("b.onnx"))) {
            assertEquals("input_image: float32[2,1,28,28]", model.graph().inputs().getFirst().toString());
            assertTrue(Files.size(folder.resolve("b.onnx")) < Files.size(DIGITS) * 0.6);
        }
        assertEquals(ExitCode.OK, optimize("c.onnx", "--fp16", "--fp16-io").code());
        assertEquals(ExitCode.INVALID, optimize("d.onnx", "--fix-dim", "bach=2").code());
    }

    @Test
    void theCpuCompilesNothing() {
        var line = optimize("e.onnx", "--compile", "cpu");
        // Before 1.23 ORT does not say so, and writes the model as it was.
        assertEquals(System.getProperty("ort.version", "").startsWith("1.22") ? ExitCode.OK : ExitCode.INVALID,
            line.code(), line::toString);
    }
}
