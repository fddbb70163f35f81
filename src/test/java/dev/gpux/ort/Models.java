package dev.gpux.ort;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.GraphBuilder;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.ValueType;
import java.nio.file.Path;
import java.util.List;

/** Models that the tests of this package run. */
final class Models {
    private Models() { }

    /** A model that the build fetched. */
    static Path fetched(String name) {
        return Path.of(System.getProperty("gpux.models"), name);
    }

    static OnnxDataType onnx(ElementType type) {
        return OnnxDataType.of(type.onnx()).orElseThrow();
    }

    /** {@code y = x}; the oldest opset that has an Identity for the type. */
    static ModelBuilder identity(ElementType type, Object... dims) {
        var builder = switch (type) {
            case UINT2, INT2 -> ModelBuilder.create().irVersion(13).opset(25);
            case FLOAT4E2M1, FLOAT8E8M0 -> ModelBuilder.create().irVersion(11).opset(23);
            case UINT4, INT4 -> ModelBuilder.create().irVersion(10).opset(21);
            case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ ->
                ModelBuilder.create().irVersion(9).opset(19);
            default -> ModelBuilder.create();
        };
        return builder.input("x", onnx(type), dims).node("Identity", List.of("x"), List.of("y"))
            .output("y", onnx(type), dims);
    }

    /** {@code y = x + w}, w being an initialiser of the values given. */
    static ModelBuilder plus(float... w) {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, w.length)
            .initializer("w", new long[] {w.length}, w)
            .node("Add", List.of("x", "w"), List.of("y")).output("y", OnnxDataType.FLOAT, w.length);
    }

    /** Two inputs, two outputs: {@code sum = a + b}, {@code difference = a - b}. */
    static ModelBuilder sumAndDifference() {
        return ModelBuilder.create().input("a", OnnxDataType.FLOAT, "n").input("b", OnnxDataType.FLOAT, "n")
            .node("Add", List.of("a", "b"), List.of("sum")).node("Sub", List.of("a", "b"), List.of("difference"))
            .output("sum", OnnxDataType.FLOAT, "n").output("difference", OnnxDataType.FLOAT, "n");
    }

    /** {@code y = x + 1 + 1 + …}, {@code rounds} (int64, a scalar) times: a run as long as one likes. */
    static ModelBuilder loop() {
        return loop("one");
    }

    /** {@link #loop()} that adds {@code x} itself in each round, and so reads it until the end. */
    static ModelBuilder readingLoop() {
        return loop("x");
    }

    private static ModelBuilder loop(String added) {
        var body = GraphBuilder.create("body").input("i", OnnxDataType.INT64).input("go", OnnxDataType.BOOL)
            .input("v", ValueType.tensor(OnnxDataType.FLOAT, "n"))
            .node("Identity", List.of("go"), List.of("goOn")).node("Add", List.of("v", added), List.of("w"))
            .output("goOn", OnnxDataType.BOOL).output("w", ValueType.tensor(OnnxDataType.FLOAT, "n")).build();
        return ModelBuilder.create().input("rounds", OnnxDataType.INT64).input("x", OnnxDataType.FLOAT, "n")
            .initializer("one", new long[] {1}, 1f)
            .node("Loop", List.of("rounds", "", "x"), List.of("y"), Attribute.of("body", body))
            .output("y", OnnxDataType.FLOAT, "n");
    }

    /** {@code y} holds those elements of x that are not 0 (an output whose shape only the run knows). */
    static ModelBuilder nonZero() {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n")
            .node("NonZero", List.of("x"), List.of("at")).output("at", OnnxDataType.INT64, 1, "found");
    }

    static ValueType.TensorType floats() {
        return ValueType.tensor(OnnxDataType.FLOAT, "n");
    }

    static byte[] bytes(ModelBuilder model) {
        return OnnxWriter.toBytes(model.build());
    }

    /** A session of one thread. */
    static Session open(ModelBuilder model) {
        try (var options = new SessionOptions()) {
            return Session.open(bytes(model), options.intraOpThreads(1));
        }
    }
}
