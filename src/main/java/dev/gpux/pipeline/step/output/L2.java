package dev.gpux.pipeline.step.output;

import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import java.util.Optional;

/**
 * {@code l2}: vectors of length 1, each divided by its Euclidean length; zeros stay zeros.
 *
 * <p>Parameters: {@code output}, a tensor of numbers; {@code as}, by default the same name; {@code axis}, along which the
 * vectors lie, by default the last (-1). Makes float32 of the same shape.
 */
public final class L2 implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "l2";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        return Optional.of(AxisStep.of(parameters, NAME, line -> {
            double squares = 0;
            for (double value : line) {
                squares += value * value;
            }
            double factor = squares > 0 ? 1 / Math.sqrt(squares) : 1;
            for (int i = 0; i < line.length; i++) {
                line[i] *= factor;
            }
        }));
    }
}
