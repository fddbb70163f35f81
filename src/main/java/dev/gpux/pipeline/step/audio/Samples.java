package dev.gpux.pipeline.step.audio;

import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.number.Elements;

/** The samples that a step behind {@code waveform} reads. */
final class Samples {
    private Samples() { }

    /** The parameter {@code input}: by default what the step before made. */
    static String input(Parameters parameters, ModelSignature model, String step) {
        var input = parameters.text("input").orElseGet(() -> {
            if (parameters.readable().isEmpty()) {
                throw parameters.error("input", "say which samples " + step + " reads");
            }
            return parameters.readable().getLast();
        });
        parameters.type(input).filter(type -> !Elements.are(type.elementType())).ifPresent(type -> {
            throw parameters.error("input", step + " reads samples; '" + input + "' is " + type);
        });
        return input;
    }

    /** One channel of samples. */
    static float[] of(Batch batch, int item, String input, String step) {
        var tensor = batch.tensor(item, input);
        int rank = tensor.shape().rank();
        if (!Elements.are(tensor.elementType()) || rank == 0 || tensor.shape().elements() != tensor.shape().size(rank - 1)) {
            throw new PipelineException(step + " reads one channel of samples, [1, samples]; '" + input + "' is " + tensor);
        }
        return floats(tensor);
    }

    private static float[] floats(Tensor tensor) {
        var samples = new float[Math.toIntExact(tensor.shape().elements())];
        var data = tensor.segment();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) Elements.get(data, tensor.elementType(), i);
        }
        return samples;
    }
}
