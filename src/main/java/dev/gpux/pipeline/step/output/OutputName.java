package dev.gpux.pipeline.step.output;

import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.number.Elements;

/** The parameter {@code output} of a step. */
final class OutputName {
    private OutputName() { }

    /** What the step reads. */
    static String of(Parameters parameters) {
        return parameters.text("output").orElseGet(() -> {
            var readable = parameters.readable();
            if (readable.size() == 1) {
                return readable.getFirst();
            }
            throw parameters.error("output", "say which output to read; there are " + String.join(", ", readable));
        });
    }

    /** What the step reads, which must be a tensor of real numbers and have an axis. */
    static String ofTensor(Parameters parameters, String step) {
        var output = of(parameters);
        parameters.type(output).ifPresent(type -> {
            if (!Elements.are(type.elementType())) {
                throw parameters.error("output", step + " reads numbers; '" + output + "' is " + type);
            }
        });
        return output;
    }

    /** The type of what a step makes that keeps the shape of what it reads. */
    static TensorType sameShape(TensorType type, dev.gpux.ort.ElementType elementType) {
        return new TensorType(elementType, type.dimensions());
    }

    /** The tensor at run time: of numbers, with at least one axis. */
    static Tensor tensor(Batch batch, String output, String step) {
        var tensor = batch.output(output);
        if (!Elements.are(tensor.elementType()) || tensor.shape().rank() == 0) {
            throw new PipelineException(step + " reads a tensor of numbers with at least one dimension; '" + output + "' is "
                + tensor);
        }
        return tensor;
    }
}
