package dev.gpux.optimize.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.OptimizeException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Fixed shapes, dropped outputs. */
class GraphChangesTest {
    private static OnnxModel model() {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, "batch", 2, "?")
            .initializer("w", new long[] {1}, 1f).initializer("v", new long[] {1}, 2f)
            .node("Add", List.of("x", "w"), List.of("a")).node("Mul", List.of("a", "v"), List.of("b"))
            .output("a", OnnxDataType.FLOAT, "batch", 2, "?").output("b", OnnxDataType.FLOAT, "batch", 2, "?").build();
    }

    @Test
    void aDimensionIsFixedWhereverItOccurs() {
        var fixed = ShapeFixer.fix(model(), Map.of("batch", 4L), Map.of());
        assertEquals("x: float32[4,2,?]", fixed.graph().inputs().getFirst().toString());
        assertEquals("b: float32[4,2,?]", fixed.graph().outputs().getLast().toString());
    }

    @Test
    void aShapeFixesTheDimensionsThatItNames() {
        var fixed = ShapeFixer.fix(model(), Map.of(), Map.of("x", new long[] {3, 2, 5}));
        assertEquals("x: float32[3,2,5]", fixed.graph().inputs().getFirst().toString());
        assertEquals("a: float32[3,2,?]", fixed.graph().outputs().getFirst().toString());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        var model = model();
        for (var shape : List.of(new long[] {1, 2}, new long[] {1, 3, 5})) {
            assertThrows(OptimizeException.class, () -> ShapeFixer.fix(model, Map.of(), Map.of("x", shape)));
        }
        assertThrows(OptimizeException.class, () -> ShapeFixer.fix(model, Map.of("bat", 1L), Map.of()));
        assertThrows(OptimizeException.class, () -> ShapeFixer.fix(model, Map.of(), Map.of("y", new long[] {1})));
        assertThrows(OptimizeException.class, () -> ShapeFixer.fix(model, Map.of("batch", 2L),
            Map.of("x", new long[] {1, 2, 5})));
        assertThrows(OptimizeException.class, () -> Pruner.prune(model, Set.of("a", "b")));
        assertThrows(OptimizeException.class, () -> Pruner.prune(model, Set.of("c")));
    }

    @Test
    void whatOnlyADroppedOutputNeedsGoes() {
        var pruned = Pruner.prune(model(), Set.of("b"));
        assertEquals(1, pruned.graph().nodes().size());
        assertTrue(pruned.graph().initializer("v").isEmpty());
        ModelCheck.of(pruned).requireNoErrors();
        assertEquals(2, Pruner.prune(model(), Set.of("a")).graph().nodes().size());
    }
}
