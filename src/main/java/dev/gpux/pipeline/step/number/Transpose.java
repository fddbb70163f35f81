package dev.gpux.pipeline.step.number;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code transpose}: the axes in another order, as NumPy's function.
 *
 * <p>Parameters: {@code axes}, for each axis of the result which one of the input it is, each of them once; by default in
 * reverse order; {@code input} and {@code as} as of all steps of this package.
 */
public final class Transpose implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "transpose";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var names = NumberStep.Names.of(parameters, model, NAME);
        var axes = new ArrayList<Integer>();
        for (double axis : parameters.numbers("axes").orElse(List.of())) {
            axes.add((int) axis);
        }
        for (int i = 0; i < axes.size(); i++) {
            if (!axes.contains(i)) {
                throw parameters.error("axes", "expected each axis from 0 to " + (axes.size() - 1) + " once");
            }
        }
        names.dimensions().filter(dimensions -> !axes.isEmpty() && dimensions.size() != axes.size()).ifPresent(_ -> {
            throw parameters.error("axes", "there are " + axes.size() + " axes, and '" + names.input() + "' is "
                + names.given().orElseThrow());
        });
        var elementType = names.elementType(names.givenElements());
        var dimensions = new ArrayList<Dimension>();
        names.dimensions().ifPresent(given -> {
            for (int axis : order(axes, given.size())) {
                dimensions.add(given.get(axis));
            }
        });
        return Optional.of(new NumberStep(NAME, names, (arena, from) -> apply(arena, from, axes, elementType),
            Optional.of(new TensorType(elementType, dimensions))));
    }

    private static int[] order(List<Integer> axes, int rank) {
        var order = new int[rank];
        for (int i = 0; i < rank; i++) {
            order[i] = axes.isEmpty() ? rank - 1 - i : axes.get(i);
        }
        return order;
    }

    private static Tensor apply(Arena arena, Tensor from, List<Integer> axes, ElementType elementType) {
        int rank = from.shape().rank();
        if (!axes.isEmpty() && axes.size() != rank) {
            throw new PipelineException("transpose has " + axes.size() + " axes for " + from);
        }
        var order = order(axes, rank);
        var strides = new long[rank];
        var sizes = new long[rank];
        long stride = 1;
        for (int axis = rank - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= from.shape().size(axis);
        }
        for (int i = 0; i < rank; i++) {
            sizes[i] = from.shape().size(order[i]);
        }
        var to = Tensor.allocate(arena, elementType, sizes);
        var copy = new Copy(from, to);
        var at = new long[rank];
        long source = 0;
        for (long target = 0; target < to.shape().elements(); target++) {
            copy.element(source, target);
            for (int i = rank - 1; i >= 0; i--) {
                source += strides[order[i]];
                if (++at[i] < sizes[i]) {
                    break;
                }
                source -= strides[order[i]] * sizes[i];
                at[i] = 0;
            }
        }
        return to;
    }
}
