package dev.gpux.onnx;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The trained models that the build fetches. */
final class RealModels {
    static final Path MINILM = path("all-minilm-l6-v2-q.onnx");
    static final Path DIGITS_CNN = path("cnn_mnist.onnx");
    static final Path DIGITS_SKLEARN = path("lr_mnist.onnx");
    static final Path TINY_BERT = path("tinybert.onnx");
    static final List<Path> ALL = List.of(MINILM, DIGITS_CNN, DIGITS_SKLEARN, TINY_BERT);

    private RealModels() {
    }

    private static Path path(String name) {
        var path = Path.of(System.getProperty("gpux.models", "models")).resolve(name);
        if (!Files.exists(path)) {
            throw new IllegalStateException(path + " is missing: run 'mvn generate-test-resources'");
        }
        return path;
    }
}
