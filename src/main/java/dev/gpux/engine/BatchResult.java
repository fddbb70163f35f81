package dev.gpux.engine;

import java.util.List;

/**
 * What one run of a model gave.
 *
 * @param outcomes one for each item, in their order
 * @param timing how long the run took, all items together
 */
public record BatchResult(List<Outcome> outcomes, Timing timing) {
    /** Keeps an immutable copy. */
    public BatchResult {
        outcomes = List.copyOf(outcomes);
    }
}
