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
import dev.gpux.pipeline.number.Elements;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/**
 * {@code scale}: {@code (x * by - mean) / std}, worked out in float64.
 *
 * <p>Parameters: {@code by} and {@code std}, 1 by default, and {@code mean}, 0 by default, each a number, or a list with one
 * for each place along {@code axis}, by default the last (-1); {@code input} and {@code as} as of all steps of this package.
 * {@code - scale: 0.00392} is short for {@code - scale: {by: 0.00392}}. Makes float32 unless the model wants another dtype.
 */
public final class Scale implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "scale";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var names = NumberStep.Names.of(parameters, model, NAME);
        var shorthand = parameters.number("value");
        var by = parameters.numbers("by").orElse(List.of(shorthand.orElse(1)));
        var mean = parameters.numbers("mean").orElse(List.of(0.0));
        var std = parameters.numbers("std").orElse(List.of(1.0));
        if (std.contains(0.0)) {
            throw parameters.error("std", "std is divided by and cannot be 0");
        }
        int places = Math.max(by.size(), Math.max(mean.size(), std.size()));
        for (var list : List.of(by, mean, std)) {
            if (list.isEmpty() || list.size() != 1 && list.size() != places) {
                throw parameters.error(list == by ? "by" : list == mean ? "mean" : "std",
                    "by, mean and std have one number each, or as many as there are places along the axis");
            }
        }
        int axis = parameters.whole("axis", -64, 63).orElse(-1);
        names.dimensions().ifPresent(dimensions -> {
            if (!Axis.exists(axis, dimensions.size())) {
                throw parameters.error("axis", "'" + names.input() + "' has no axis " + axis);
            }
            var dimension = dimensions.get(Math.floorMod(axis, dimensions.size()));
            if (places > 1 && dimension.isFixed() && dimension.size() != places) {
                throw parameters.error("axis", "there are " + places + " numbers for an axis of " + dimension.size());
            }
        });
        var type = names.elementType(ElementType.FLOAT32);
        var scaling = new Scaling(by, mean, std, places, axis, type);
        return Optional.of(new NumberStep(NAME, names, scaling::apply,
            Optional.of(new TensorType(type, names.dimensions().orElse(List.of())))));
    }

    private record Scaling(List<Double> by, List<Double> mean, List<Double> std, int places, int axis, ElementType type) {
        Tensor apply(Arena arena, Tensor from) {
            if (places > 1 && !Axis.exists(axis, from.shape().rank())) {
                throw new PipelineException("scale: " + from + " has no axis " + axis);
            }
            var along = places > 1 ? Axis.of(from.shape(), axis) : new Axis(1, 1, from.shape().elements());
            if (along.length() != places) {
                throw new PipelineException("scale has " + places + " numbers for an axis of " + along.length()
                    + " in " + from);
            }
            var to = Tensor.allocate(arena, type, from.shape());
            var source = from.segment();
            var target = to.segment();
            for (int i = 0; i < places; i++) {
                double factor = number(by, i);
                double shift = number(mean, i);
                double divisor = number(std, i);
                for (long before = 0; before < along.outer(); before++) {
                    long index = along.index(before, i, 0);
                    for (long after = 0; after < along.stride(); after++) {
                        double x = Elements.get(source, from.elementType(), index + after);
                        Elements.set(target, type, index + after, (x * factor - shift) / divisor);
                    }
                }
            }
            return to;
        }

        private static double number(List<Double> list, int place) {
            return list.get(list.size() == 1 ? 0 : place);
        }
    }
}
