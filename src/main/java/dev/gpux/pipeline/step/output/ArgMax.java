package dev.gpux.pipeline.step.output;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.number.Axis;
import dev.gpux.pipeline.number.Elements;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code argmax}: where the largest number is, the first of equal ones; NaN is never the largest.
 *
 * <p>Parameters: {@code output}, a tensor of numbers; {@code as}, by default the same name; {@code axis}, by default the last
 * (-1). Makes int64 of the same shape without the axis.
 */
public final class ArgMax implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "argmax";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        // The axis is checked as that of any step along an axis.
        var step = AxisStep.of(parameters, NAME, _ -> { });
        return Optional.of(new Step(step.output(), step.as(), step.axis(), step.type()));
    }

    private record Step(String output, String as, int axis, Optional<TensorType> type) implements Postprocessor {
        @Override
        public Set<String> reads() {
            return Set.of(output);
        }

        @Override
        public Set<String> makes() {
            return Set.of(as);
        }

        @Override
        public Map<String, TensorType> types() {
            return type.filter(t -> !t.dimensions().isEmpty()).map(t -> {
                var left = new ArrayList<Dimension>(t.dimensions());
                left.remove(Math.floorMod(axis, left.size()));
                return Map.of(as, new TensorType(ElementType.INT64, left));
            }).orElse(Map.of());
        }

        @Override
        public void apply(Batch batch) {
            var from = OutputName.tensor(batch, output, NAME);
            if (!Axis.exists(axis, from.shape().rank())) {
                throw new PipelineException("'" + output + "' is " + from + " and has no axis " + axis);
            }
            var along = Axis.of(from.shape(), axis);
            if (along.length() == 0) {
                throw new PipelineException("argmax: '" + output + "' is " + from + ": there is nothing to choose from");
            }
            var to = Tensor.allocate(batch.arena(), ElementType.INT64, without(from.shape(), axis));
            for (long before = 0; before < along.outer(); before++) {
                for (long after = 0; after < along.stride(); after++) {
                    Elements.setWhole(to.segment(), ElementType.INT64, before * along.stride() + after,
                        best(from, along, before, after));
                }
            }
            batch.consume(output);
            batch.output(as, to);
        }

        private static long best(Tensor from, Axis along, long before, long after) {
            long best = 0;
            double most = Double.NaN;
            for (long i = 0; i < along.length(); i++) {
                double value = Elements.get(from.segment(), from.elementType(), along.index(before, i, after));
                if (value > most || Double.isNaN(most) && !Double.isNaN(value)) {
                    most = value;
                    best = i;
                }
            }
            return best;
        }

        private static Shape without(Shape shape, int axis) {
            var sizes = new long[shape.rank() - 1];
            int left = 0;
            for (int i = 0; i < shape.rank(); i++) {
                if (i != Math.floorMod(axis, shape.rank())) {
                    sizes[left++] = shape.size(i);
                }
            }
            return Shape.of(sizes);
        }
    }
}
