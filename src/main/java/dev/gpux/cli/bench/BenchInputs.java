package dev.gpux.cli.bench;

import dev.gpux.cli.argument.InputArguments;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.Model;
import dev.gpux.gpuxfile.InputSpec;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What a benchmark feeds the model with: what was given, and made-up numbers for tensors that were not. */
final class BenchInputs {
    private static final long SEED = 1;

    private final Map<String, Input> item;

    /**
     * Inputs for {@code model}.
     *
     * @param arena where tensors live; shared
     * @param given as {@code -i} takes them
     * @param shapes {@code NAME=1,3,224,224} for inputs whose shape the model leaves open
     */
    BenchInputs(Arena arena, Model model, List<String> given, List<String> shapes) {
        var parsed = new HashMap<>(new InputArguments(arena, model.inputs()).parse(given));
        var wanted = shapes(model, shapes);
        for (var slot : model.inputs()) {
            if (!parsed.containsKey(slot.name()) && slot.initial().isEmpty() && slot.type() == InputSpec.Type.TENSOR) {
                slot.tensor().ifPresent(info ->
                    parsed.put(slot.name(), new Input.Numbers(madeUp(arena, info, wanted.get(slot.name())))));
            }
        }
        this.item = Map.copyOf(parsed);
    }

    private static Map<String, long[]> shapes(Model model, List<String> shapes) {
        var slots = new InputArguments(Arena.ofAuto(), model.inputs());
        var result = new HashMap<String, long[]>();
        for (var shape : shapes) {
            int equals = shape.lastIndexOf('=');
            if (equals <= 0) {
                throw new UsageException("--shape takes NAME=1,3,224,224, not '" + shape + "'");
            }
            try {
                result.put(slots.slot(shape.substring(0, equals)).name(), Arrays.stream(shape.substring(equals + 1)
                    .split(",")).map(String::strip).mapToLong(Long::parseLong).toArray());
            } catch (NumberFormatException e) {
                throw new UsageException("--shape takes NAME=1,3,224,224, not '" + shape + "'");
            }
        }
        return result;
    }

    /** Floats between 0 and 1, else zeros, which are an index into anything. */
    private static Tensor madeUp(Arena arena, ValueInfo info, long[] wanted) {
        if (!(info.type() instanceof TensorType type)) {
            throw new UsageException("input '" + info + "' is no tensor; give it with -i");
        }
        var shape = wanted != null ? wanted : type.dimensions().stream()
            .mapToLong(dimension -> dimension.isFixed() ? dimension.size() : 1).toArray();
        if (type.elementType() == ElementType.STRING) {
            int count = Math.toIntExact(Shape.of(shape).elements());
            return Tensor.ofStrings(arena, new ArrayList<>(Collections.nCopies(count, "a")), shape);
        }
        var tensor = Tensor.allocate(arena, type.elementType(), shape);
        var random = new Random(SEED);
        for (long i = 0; i < tensor.shape().elements(); i++) {
            if (type.elementType() == ElementType.FLOAT32) {
                tensor.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat());
            } else if (type.elementType() == ElementType.FLOAT64) {
                tensor.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, i, random.nextDouble());
            }
        }
        return tensor;
    }

    /** The same input {@code size} times. */
    List<Map<String, Input>> batch(int size) {
        return Collections.nCopies(size, item);
    }
}
