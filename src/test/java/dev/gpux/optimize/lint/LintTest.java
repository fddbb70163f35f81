package dev.gpux.optimize.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.Tensor;
import dev.gpux.onnx.ValueType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each thing that hurts, in a model made for it. */
class LintTest {
    private static final long[] LARGE = {1 << 19};

    private static ModelBuilder small() {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1, 2).node("Relu", List.of("x"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, 1, 2);
    }

    private static String rules(ModelBuilder builder) {
        return Lint.of(builder.build()).remarks().stream().map(Remark::rule).collect(Collectors.joining(","));
    }

    @Test
    void aGoodModelIsLeftInPeace() {
        assertTrue(Lint.of(small().build()).isEmpty());
    }

    @Test
    void openShapesAreNamed() {
        assertEquals("dynamic-shape", rules(small().input("z", OnnxDataType.FLOAT, "n", "m")));
        assertEquals("", rules(small().input("z", OnnxDataType.FLOAT, "n", 3)));
        assertEquals("missing-shape", rules(small().input("z", new ValueType.TensorType(1, Optional.empty(), ""))));
    }

    @Test
    void weightsThatCostMoreThanTheyGiveAreNamed() {
        assertEquals("unused-initializer", rules(small().initializer("u", new long[] {1}, 1f)));
        var big = new float[1 << 19];
        assertEquals("duplicate-weight", rules(small().initializer("a", LARGE, big).initializer("b", LARGE, big)
            .node("Add", List.of("a", "b"), List.of("s")).output("s", OnnxDataType.FLOAT, 1 << 19)));
        assertEquals("huge-constant", rules(small().node("Constant", List.of(), List.of("c"),
            Attribute.of("value", Tensor.ofFloats("", LARGE, big))).output("c", OnnxDataType.FLOAT, 1 << 19)));
        assertEquals("external-data", rules(small().initializer(Tensor.ofExternal("e", OnnxDataType.FLOAT,
            new long[] {1}, List.of())).node("Relu", List.of("e"), List.of("r")).output("r", OnnxDataType.FLOAT, 1)));
    }

    @Test
    void shapesThatAreMissingAndWeightsThatAreInputsAreNamed() {
        assertEquals("missing-shape", rules(ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1, 2)
            .node("Relu", List.of("x"), List.of("y")).output("y", new ValueType.TensorType(1, Optional.empty(), ""))));
        var old = ModelBuilder.create().irVersion(3).input("x", OnnxDataType.FLOAT, 1, 2)
            .input("w", OnnxDataType.FLOAT, 1, 2).initializer("w", new long[] {1, 2}, 1f, 2f)
            .node("Add", List.of("x", "w"), List.of("y")).output("y", OnnxDataType.FLOAT, 1, 2);
        assertEquals("weights-as-inputs", rules(old));
        assertEquals("", rules(old.irVersion(8)));
    }

    @Test
    void slowAndOldThingsAreNamed() {
        assertEquals("float64", rules(small().input("d", OnnxDataType.DOUBLE, 1)));
        assertEquals("float64", rules(small().node("Cast", List.of("x"), List.of("d"), Attribute.of("to",
            OnnxDataType.DOUBLE.number())).node("Cast", List.of("d"), List.of("f"), Attribute.of("to", 1))
            .output("f", OnnxDataType.FLOAT, 1, 2)));
        assertEquals("old-opset", rules(small().opset(9)));
        assertEquals("dead-node", rules(small().node("Relu", List.of("x"), List.of("nobody"))));
        assertEquals("half-precision", rules(small().initializer(Tensor.of("h", OnnxDataType.FLOAT16, LARGE,
            MemorySegment.ofArray(new byte[1 << 20]))).node("Identity", List.of("h"), List.of("i"))
            .output("i", OnnxDataType.FLOAT16, 1 << 19)));
    }
}
