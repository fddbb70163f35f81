package dev.gpux.optimize.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which graph levels make a difference. */
class LevelsTest {
    private static final Path MODELS = Path.of(System.getProperty("gpux.models", "models")).toAbsolutePath();

    @TempDir
    Path folder;

    @Test
    void whatComesOutTheSameIsNotMeasured() throws IOException {
        var relu = folder.resolve("relu.onnx");
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1).node("Relu", List.of("x"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, 1).build(), relu);
        assertEquals(List.of(), Levels.distinct(Gpuxfile.ofModel(relu), "cpu"));
        // Relu is fused with Gemm from extended on, and convolutions are laid out for the processor at all.
        assertEquals(List.of(GraphOptimization.EXTENDED, GraphOptimization.BASIC),
            Levels.distinct(Gpuxfile.ofModel(MODELS.resolve("cnn_mnist.onnx")), "cpu"));
        // No layouts for products of integers: extended and all are one graph.
        assertEquals(List.of(GraphOptimization.BASIC),
            Levels.distinct(Gpuxfile.ofModel(MODELS.resolve("all-minilm-l6-v2-q.onnx")), "cpu"));
    }
}
