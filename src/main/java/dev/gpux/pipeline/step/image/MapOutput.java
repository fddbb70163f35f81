package dev.gpux.pipeline.step.image;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The output that a step reads: float32 of one of some ranks.
 *
 * @param step the step's name, for messages
 * @param name the output's
 * @param ranks how many dimensions it may have
 */
record MapOutput(String step, String name, List<Integer> ranks) {
    /** The one that parameter {@code output} names, or the only one that fits. */
    static MapOutput of(String step, Parameters parameters, ModelSignature model, Integer... ranks) {
        var allowed = List.of(ranks);
        var name = parameters.text("output").orElseGet(() -> {
            var fitting = model.outputs().stream().map(ValueInfo::name)
                .filter(output -> model.output(output).filter(type -> allowed.contains(type.dimensions().size())).isPresent())
                .toList();
            if (fitting.size() != 1) {
                throw parameters.error("output", "say which output " + step + " reads; the model has "
                    + model.describeOutputs());
            }
            return fitting.getFirst();
        });
        var output = new MapOutput(step, name, allowed);
        model.output(name).filter(type -> type.elementType() != ElementType.FLOAT32
            || !allowed.contains(type.dimensions().size())).ifPresent(type -> {
                throw parameters.error("output", output.expected() + "; the model's output '" + name + "' is " + type);
            });
        return output;
    }

    private String expected() {
        return step + " reads float32 of " + ranks.stream().map(String::valueOf).collect(Collectors.joining(" or "))
            + " dimensions";
    }

    /** What the model gave: a row for each item. */
    Tensor of(Batch batch) {
        var tensor = batch.output(name);
        if (tensor.elementType() != ElementType.FLOAT32 || !ranks.contains(tensor.shape().rank())
            || tensor.shape().size(0) != batch.size()) {
            throw new PipelineException(expected() + ", a row for each of the " + batch.size() + " items; the model gave "
                + tensor + " as '" + name + "'");
        }
        return tensor;
    }
}
