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
import dev.gpux.pipeline.number.Elements;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@code one_hot}: for each whole number a row of zeros with a 1 at its place, in a new last axis.
 *
 * <p>Parameters: {@code classes}, the length of the rows, required; {@code input} and {@code as} as of all steps of this
 * package. A number from 0 to classes - 1 is expected. Makes float32 unless the model wants another dtype.
 */
public final class OneHot implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "one_hot";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var names = NumberStep.Names.of(parameters, model, NAME);
        var given = parameters.whole("classes", 1, 1 << 24);
        int classes = given.isPresent() ? given.getAsInt() : parameters.whole("value", 1, 1 << 24).orElseThrow(() ->
            parameters.error("classes", "one_hot needs the number of classes"));
        var elementType = names.elementType(ElementType.FLOAT32);
        var dimensions = new ArrayList<Dimension>();
        names.dimensions().ifPresent(known -> {
            dimensions.addAll(known);
            dimensions.add(Dimension.fixed(classes));
        });
        return Optional.of(new NumberStep(NAME, names, (arena, from) -> apply(arena, from, classes, elementType),
            Optional.of(new TensorType(elementType, List.copyOf(dimensions)))));
    }

    private static Tensor apply(Arena arena, Tensor from, int classes, ElementType elementType) {
        var sizes = Arrays.copyOf(from.shape().toArray(), from.shape().rank() + 1);
        sizes[sizes.length - 1] = classes;
        var to = Tensor.allocate(arena, elementType, sizes);
        for (long i = 0; i < from.shape().elements(); i++) {
            double place = Elements.get(from.segment(), from.elementType(), i);
            if (!(place >= 0 && place < classes && place == Math.rint(place))) {
                throw new PipelineException("one_hot: element " + i + " is " + place + ", expected a whole number from 0 to "
                    + (classes - 1));
            }
            Elements.set(to.segment(), elementType, i * classes + (long) place, 1);
        }
        return to;
    }
}
