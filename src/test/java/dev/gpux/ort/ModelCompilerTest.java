package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ORT's compile API with the CPU provider, which goes all the way but has no compiler: what comes out is a model
 * without EPContext nodes, or a refusal.
 */
class ModelCompilerTest {
    private static final Path DIGITS = Path.of(System.getProperty("gpux.models", "models")).resolve("cnn_mnist.onnx");

    @TempDir
    Path folder;

    private static void compile(Path model, Path to, boolean strict) {
        try (var options = new SessionOptions()) {
            ModelCompiler.compile(model, to, options, true, strict);
        }
    }

    private static float[] answer(Path model) {
        var pixels = new float[28 * 28];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i % 7;
        }
        try (var arena = Arena.ofConfined(); var session = Session.open(model)) {
            return ((Tensor) session.run(arena, Map.of("input_image", Tensor.of(arena, pixels, 1, 1, 28, 28)))
                .get("output_probs")).floats();
        }
    }

    @Test
    void whatNobodyCompilesIsWrittenAsItIs() {
        var to = folder.resolve("compiled.onnx");
        compile(DIGITS, to, false);
        assertArrayEquals(answer(DIGITS), answer(to), 1e-4f);
    }

    @Test
    void strictlyItIsAFailureAndNothingIsWritten() {
        if (Environment.get().apiVersion() < 23) {
            // These versions do not know the wish.
            return;
        }
        var to = folder.resolve("compiled.onnx");
        var error = assertThrows(OrtException.class, () -> compile(DIGITS, to, true));
        assertTrue(error.getMessage().contains("compile"), error::getMessage);
        assertFalse(Files.exists(to));
    }

    @Test
    void whatIsNotThereOrCannotBeWrittenIsRefused() throws Exception {
        var to = folder.resolve("compiled.onnx");
        assertThrows(OrtException.class, () -> compile(folder.resolve("none.onnx"), to, false));
        var broken = Files.write(folder.resolve("broken.onnx"), new byte[] {1, 2, 3});
        assertThrows(OrtException.class, () -> compile(broken, to, false));
        assertThrows(OrtException.class, () -> compile(DIGITS, folder.resolve("no/such/folder/m.onnx"), false));
        assertEquals(1, Files.list(folder).count(), "what was refused left something");
    }
}
