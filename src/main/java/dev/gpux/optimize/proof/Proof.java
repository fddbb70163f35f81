package dev.gpux.optimize.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * How a changed model compares with the one it was made from, measured in this process.
 *
 * @param origin where the inputs are from
 * @param items how many sets of inputs there were
 * @param outputs how far the answers are apart, output by output
 * @param goldenTests how many golden tests there are
 * @param goldenFailures those that the new model fails and the old one passes, with what differs
 * @param before the old model
 * @param after the new one
 */
public record Proof(Evidence.Origin origin, int items, List<OutputError> outputs, int goldenTests,
                    List<String> goldenFailures, Side before, Side after) {
    /**
     * What a model costs.
     *
     * @param bytes its files
     * @param medianMillis half of the runs of the model alone, batch 1, were faster; no number without runs
     * @param runs how many were measured
     */
    public record Side(long bytes, double medianMillis, int runs) { }

    /**
     * What must hold.
     *
     * @param minCosine the least cosine of each output and item, the steps' answers included
     * @param maxError the largest difference of two elements
     */
    public record Bar(OptionalDouble minCosine, OptionalDouble maxError) {
        /** Nothing but golden tests and numbers that are numbers. */
        public static final Bar NONE = new Bar(OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** Keeps immutable copies. */
    public Proof {
        outputs = List.copyOf(outputs);
        goldenFailures = List.copyOf(goldenFailures);
    }

    /** What does not hold, in words; nothing if all does. */
    public List<String> violations(Bar bar) {
        var violations = new ArrayList<String>();
        for (var failure : goldenFailures) {
            violations.add("golden test " + failure);
        }
        for (var output : outputs) {
            if (Double.isInfinite(output.largest()) || output.cosine() < -0.999999) {
                violations.add(output.name() + ": other shapes, or numbers that are none");
            } else if (bar.minCosine().isPresent() && !(output.cosine() >= bar.minCosine().getAsDouble())) {
                violations.add(String.format(Locale.ROOT, "%s: cosine %.6f, at least %s was asked for", output.name(),
                    output.cosine(), bar.minCosine().getAsDouble()));
            } else if (bar.maxError().isPresent() && !(output.largest() <= bar.maxError().getAsDouble())) {
                violations.add(String.format(Locale.ROOT, "%s: error %.6g, at most %s was asked for", output.name(),
                    output.largest(), bar.maxError().getAsDouble()));
            }
        }
        return violations;
    }

    /** How many times faster the new model is. */
    public double speedUp() {
        return before.medianMillis() / after.medianMillis();
    }
}
