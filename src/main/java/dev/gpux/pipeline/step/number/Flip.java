package dev.gpux.pipeline.step.number;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.number.Axis;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/**
 * {@code flip}: the other way round along some axes, as NumPy's function. Both axes of a picture flipped turn it by 180°.
 *
 * <p>Parameters: {@code axes}, a number or a list of them, by default all; {@code input} and {@code as} as of all steps of
 * this package.
 */
public final class Flip implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "flip";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var names = NumberStep.Names.of(parameters, model, NAME);
        var axes = parameters.numbers("axes").map(list -> list.stream().map(Double::intValue).toList());
        names.dimensions().ifPresent(dimensions -> axes.orElse(List.of()).forEach(axis -> {
            if (!Axis.exists(axis, dimensions.size())) {
                throw parameters.error("axes", "'" + names.input() + "' has no axis " + axis);
            }
        }));
        var elementType = names.elementType(names.givenElements());
        return Optional.of(new NumberStep(NAME, names, (arena, from) -> apply(arena, from, axes, elementType),
            Optional.of(new TensorType(elementType, names.dimensions().orElse(List.of())))));
    }

    private static Tensor apply(Arena arena, Tensor from, Optional<List<Integer>> axes, ElementType elementType) {
        int rank = from.shape().rank();
        var flipped = new boolean[rank];
        for (int axis = 0; axis < rank && axes.isEmpty(); axis++) {
            flipped[axis] = true;
        }
        for (int axis : axes.orElse(List.of())) {
            if (!Axis.exists(axis, rank)) {
                throw new PipelineException("flip: " + from + " has no axis " + axis);
            }
            flipped[Math.floorMod(axis, rank)] = true;
        }
        var to = Tensor.allocate(arena, elementType, from.shape());
        var copy = new Copy(from, to);
        for (long target = 0; target < to.shape().elements(); target++) {
            long rest = target;
            long source = 0;
            long stride = 1;
            for (int axis = rank - 1; axis >= 0; axis--) {
                long size = from.shape().size(axis);
                long at = rest % size;
                source += stride * (flipped[axis] ? size - 1 - at : at);
                rest /= size;
                stride *= size;
            }
            copy.element(source, target);
        }
        return to;
    }
}
