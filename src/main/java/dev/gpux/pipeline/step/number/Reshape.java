package dev.gpux.pipeline.step.number;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.Shape;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code reshape}: the same numbers, row-major, in another shape.
 *
 * <p>Parameters: {@code shape}, a list of sizes, of which one may be -1: whatever is left; {@code input} and {@code as} as
 * of all steps of this package.
 */
public final class Reshape implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "reshape";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var names = NumberStep.Names.of(parameters, model, NAME);
        var wanted = sizes(parameters);
        var elementType = names.elementType(names.givenElements());
        var dimensions = new ArrayList<Dimension>();
        for (long size : wanted) {
            dimensions.add(size < 0 ? Dimension.UNKNOWN : Dimension.fixed(size));
        }
        names.dimensions().filter(given -> given.stream().allMatch(Dimension::isFixed)).ifPresent(given -> {
            long[] sizes = given.stream().mapToLong(Dimension::size).toArray();
            if (shape(Shape.of(sizes).elements(), wanted).isEmpty()) {
                throw parameters.error("shape", "'" + names.input() + "' is " + names.given().orElseThrow()
                    + " and has not as many numbers");
            }
        });
        return Optional.of(new NumberStep(NAME, names, (arena, from) -> {
            var shape = shape(from.shape().elements(), wanted).orElseThrow(() -> new PipelineException(
                "reshape: " + from + " has not as many numbers as " + List.of(dimensions)));
            return Copy.cast(arena, from, elementType, shape);
        }, Optional.of(new TensorType(elementType, dimensions))));
    }

    private static List<Long> sizes(Parameters parameters) {
        var sizes = new ArrayList<Long>();
        int open = 0;
        for (double size : parameters.numbers("shape").orElseThrow(() ->
            parameters.error("shape", "reshape needs a shape: {shape: [1, -1]}"))) {
            if (size != Math.rint(size) || size < -1 || size > Integer.MAX_VALUE) {
                throw parameters.error("shape", "expected sizes, or -1 for whatever is left");
            }
            open += size < 0 ? 1 : 0;
            sizes.add((long) size);
        }
        if (open > 1) {
            throw parameters.error("shape", "only one size can be -1, whatever is left");
        }
        return List.copyOf(sizes);
    }

    private static Optional<Shape> shape(long elements, List<Long> wanted) {
        long known = 1;
        for (long size : wanted) {
            known = size < 0 ? known : Math.multiplyExact(known, size);
        }
        boolean open = wanted.contains(-1L);
        if (open ? known == 0 || elements % known != 0 : known != elements) {
            return Optional.empty();
        }
        long rest = open ? elements / known : 0;
        return Optional.of(Shape.of(wanted.stream().mapToLong(size -> size < 0 ? rest : size).toArray()));
    }
}
