package dev.gpux.pipeline.step.output;

import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import java.util.Optional;

/**
 * {@code softmax}: scores into probabilities that add up to 1, {@code exp(x) / sum(exp(x))}, worked out in float64 with the
 * largest score taken away first. Logarithms of probabilities (log-softmax) become the probabilities.
 *
 * <p>Parameters: {@code output}, a tensor of numbers; {@code as}, by default the same name; {@code axis}, along which they
 * add up, by default the last (-1). Makes float32 of the same shape.
 */
public final class Softmax implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "softmax";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        return Optional.of(AxisStep.of(parameters, NAME, Softmax::apply));
    }

    private static void apply(double[] line) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : line) {
            largest = Math.max(largest, value);
        }
        // Where all are -Infinity, none is likelier than another.
        double shift = Double.isInfinite(largest) && largest < 0 ? 0 : largest;
        boolean same = shift != largest;
        double sum = 0;
        for (int i = 0; i < line.length; i++) {
            line[i] = same ? 1 : Math.exp(line[i] - shift);
            sum += line[i];
        }
        for (int i = 0; i < line.length; i++) {
            line[i] /= sum;
        }
    }
}
