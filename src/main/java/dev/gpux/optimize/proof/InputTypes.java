package dev.gpux.optimize.proof;

import dev.gpux.engine.Model;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/** Gives numbers in the type that a model takes: {@code float16} where it was {@code float32} before. */
final class InputTypes {
    private InputTypes() { }

    static Map<String, Input> fit(Arena arena, Model model, Map<String, Input> item) {
        var fitting = new HashMap<>(item);
        for (var slot : model.inputs()) {
            if (slot.tensor().isPresent() && slot.tensor().get().type() instanceof TensorType type
                && type.elementType() == ElementType.FLOAT16
                && item.get(slot.name()) instanceof Input.Numbers(Tensor tensor)
                && tensor.elementType() == ElementType.FLOAT32) {
                fitting.put(slot.name(), new Input.Numbers(half(arena, tensor)));
            }
        }
        return fitting;
    }

    private static Tensor half(Arena arena, Tensor tensor) {
        var half = Tensor.allocate(arena, ElementType.FLOAT16, tensor.shape());
        for (long i = 0; i < tensor.shape().elements(); i++) {
            half.segment().setAtIndex(ValueLayout.JAVA_SHORT, i,
                Float.floatToFloat16(tensor.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i)));
        }
        return half;
    }
}
