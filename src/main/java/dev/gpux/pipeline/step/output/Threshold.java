package dev.gpux.pipeline.step.output;

import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import java.util.Optional;

/**
 * {@code threshold}: all classes whose score reaches a limit, best first; none is an answer, too. For models that give each
 * class a probability of its own. {@code - threshold: 0.5} is short for {@code - threshold: {min: 0.5}}.
 *
 * <p>Parameters: {@code min}, the least score, 0.5 by default; {@code output}, {@code as}, {@code labels} and
 * {@code labels_from} as of {@link TopK}.
 */
public final class Threshold implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "threshold";

    private static final double USUAL = 0.5;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        double shorthand = parameters.number("value").orElse(USUAL);
        return Optional.of(TopK.step(parameters, model, NAME, Integer.MAX_VALUE,
            parameters.number("min").orElse(shorthand)));
    }
}
