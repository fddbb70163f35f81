package dev.gpux.tensorio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read goes into a model as it lies in the page cache, and what a model gives is written and read again. */
class RunFromFilesTest {
    @TempDir
    private Path folder;

    private static Session relu() {
        var model = ModelBuilder.create().irVersion(8).opset(13)
            .input("x", OnnxDataType.FLOAT, "n", 3).output("y", OnnxDataType.FLOAT, "n", 3)
            .node("Relu", List.of("x"), List.of("y")).build();
        try (var options = new SessionOptions()) {
            return Session.open(OnnxWriter.toBytes(model), options);
        }
    }

    @Test
    void aModelReadsTheMappedFile() throws IOException {
        var file = Files.write(folder.resolve("x.npy"), NumpyReference.get("<f4"));
        try (var session = relu(); var arena = Arena.ofConfined()) {
            var x = (Tensor) TensorFiles.read(arena, file, session.inputs().getFirst());
            assertTrue(x.segment().isMapped());
            try (var outputs = session.run(Map.of("x", x))) {
                var expected = new float[] {0, 1, 0, 0.5f, Float.NaN, Float.POSITIVE_INFINITY};
                assertArrayEquals(expected, outputs.tensor("y").floats());
                for (var extension : List.of("npy", "npz", "json", "pb")) {
                    var out = folder.resolve("y." + extension);
                    TensorFiles.write(out, outputs.asMap());
                    var back = (Tensor) TensorFiles.read(arena, out, session.outputs().getFirst());
                    assertEquals(Shape.of(2, 3), back.shape());
                    assertArrayEquals(expected, back.floats(), extension);
                }
            }
        }
    }

    @Test
    void anArenaThatClosesTakesTheMappingWithIt() throws IOException {
        var file = Files.write(folder.resolve("x.npy"), NumpyReference.get("<f4"));
        try (var session = relu()) {
            Tensor x;
            try (var arena = Arena.ofConfined()) {
                x = (Tensor) TensorFiles.read(arena, file, session.inputs().getFirst());
            }
            var closed = x;
            var error = assertThrows(RuntimeException.class,
                () -> session.run(Map.of("x", closed)));
            assertTrue(error.getMessage().contains("closed"), error.getMessage());
        }
    }
}
