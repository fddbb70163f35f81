package dev.gpux.optimize.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Differences of small models. */
class ModelDiffTest {
    private static OnnxModel model(long opset, String activation, float last, Object rows) {
        return ModelBuilder.create().opset(opset).input("x", OnnxDataType.FLOAT, rows, 2)
            .initializer("w", new long[] {2, 2}, 3f, 0f, 0f, last).initializer("same", new long[] {1}, 1f)
            .node("MatMul", List.of("x", "w"), List.of("h"))
            .node(activation, List.of("h"), List.of("a"))
            .node("Softmax", List.of("a"), List.of("y"), Attribute.of("axis", last > 4 ? 0 : 1))
            .output("y", OnnxDataType.FLOAT, rows, 2).build();
    }

    @Test
    void aModelIsEqualToItself() {
        var diff = ModelDiff.of(model(17, "Relu", 4, "n"), model(17, "Relu", 4, "n"));
        assertTrue(diff.isEmpty(), diff::toString);
        assertEquals(2, diff.sameWeights());
    }

    @Test
    void everythingThatDiffersIsFound() {
        var diff = ModelDiff.of(model(17, "Relu", 4, "n"), model(18, "Tanh", 7, 5));
        assertEquals(List.of(new Change("opset ai.onnx", "17", "18")), diff.facts());
        assertEquals(List.of(new Change("x", "float32[n,2]", "float32[5,2]")), diff.inputs());
        assertEquals(List.of(new OperatorChange("Relu", 1, 0), new OperatorChange("Tanh", 0, 1)), diff.operators());
        assertEquals(List.of(new Change("→ a", "Relu(h) → a", "Tanh(h) → a"),
            new Change("→ y", "Softmax(a) → y axis=1", "Softmax(a) → y axis=0")), diff.nodes());
        assertEquals(1, diff.sameWeights());
        var weight = diff.weights().getFirst();
        assertEquals(5, weight.normBefore().orElseThrow(), 1e-9);
        var difference = weight.difference().orElseThrow();
        assertEquals(3, difference.norm(), 1e-9);
        assertEquals(0.6, difference.relative(), 1e-9);
        assertEquals(1, difference.elements());
    }

    @Test
    void weightsComeAndGo() {
        var none = ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1).node("Relu", List.of("x"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, 1).build();
        var diff = ModelDiff.of(none, model(17, "Relu", 4, 1));
        assertEquals(2, diff.weights().size());
        assertTrue(diff.weights().stream().allMatch(weight -> weight.before().isEmpty()));
        assertEquals("float32[2,2]", diff.weights().getFirst().after());
        assertTrue(ModelDiff.of(model(17, "Relu", 4, 1), none).weights().stream()
            .allMatch(weight -> weight.after().isEmpty()));
    }
}
