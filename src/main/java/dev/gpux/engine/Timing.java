package dev.gpux.engine;

/**
 * How long the parts of a run took, in nanoseconds of this process's clock ({@link System#nanoTime}).
 *
 * @param preprocess the steps before the model
 * @param run the model itself
 * @param postprocess the steps after it
 */
public record Timing(long preprocess, long run, long postprocess) {
    Timing plus(Timing other) {
        return new Timing(preprocess + other.preprocess, run + other.run, postprocess + other.postprocess);
    }
}
