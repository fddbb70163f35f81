package dev.gpux.pipeline.step.output;

import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import java.util.Optional;

/**
 * {@code sigmoid}: each score into a probability of its own, {@code 1 / (1 + exp(-x))}, worked out in float64.
 *
 * <p>Parameters: {@code output}, a tensor of numbers; {@code as}, by default the same name. Makes float32 of the same shape.
 */
public final class Sigmoid implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "sigmoid";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        return Optional.of(AxisStep.of(parameters, NAME, line -> {
            for (int i = 0; i < line.length; i++) {
                line[i] = 1 / (1 + Math.exp(-line[i]));
            }
        }));
    }
}
