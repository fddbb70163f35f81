package dev.gpux.pipeline.step.output;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.number.Axis;
import dev.gpux.pipeline.number.Elements;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A step that makes float32 numbers of a tensor's numbers, line by line along an axis, and keeps the shape. */
record AxisStep(String name, String output, String as, int axis, Lines lines, Optional<TensorType> type)
    implements Postprocessor {
    /** What is done with a line. */
    @FunctionalInterface
    interface Lines {
        /** Changes the numbers in place. */
        void apply(double[] line);
    }

    /** Reads the parameters {@code output}, {@code as} and {@code axis}. */
    static AxisStep of(Parameters parameters, String name, Lines lines) {
        var output = OutputName.ofTensor(parameters, name);
        int axis = parameters.whole("axis", -64, 63).orElse(-1);
        var type = parameters.type(output).map(t -> OutputName.sameShape(t, ElementType.FLOAT32));
        type.filter(t -> !t.dimensions().isEmpty() && !Axis.exists(axis, t.dimensions().size())).ifPresent(t -> {
            throw parameters.error("axis", "'" + output + "' is " + t + " and has no axis " + axis);
        });
        return new AxisStep(name, output, parameters.text("as").orElse(output), axis, lines, type);
    }

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
        return type.map(t -> Map.of(as, t)).orElse(Map.of());
    }

    @Override
    public void apply(Batch batch) {
        var from = OutputName.tensor(batch, output, name);
        if (!Axis.exists(axis, from.shape().rank())) {
            throw new PipelineException("'" + output + "' is " + from + " and has no axis " + axis);
        }
        var to = Tensor.allocate(batch.arena(), ElementType.FLOAT32, from.shape());
        var along = Axis.of(from.shape(), axis);
        var source = from.segment();
        var target = to.segment();
        var line = new double[Math.toIntExact(along.length())];
        for (long before = 0; before < along.outer(); before++) {
            for (long after = 0; after < along.stride(); after++) {
                for (int i = 0; i < line.length; i++) {
                    line[i] = Elements.get(source, from.elementType(), along.index(before, i, after));
                }
                lines.apply(line);
                for (int i = 0; i < line.length; i++) {
                    Elements.set(target, ElementType.FLOAT32, along.index(before, i, after), line[i]);
                }
            }
        }
        batch.consume(output);
        batch.output(as, to);
    }
}
