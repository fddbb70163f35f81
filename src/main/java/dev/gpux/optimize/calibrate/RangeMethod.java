package dev.gpux.optimize.calibrate;

/** How a range is made of what was seen. */
public enum RangeMethod {
    /** All that was seen: nothing is cut off. */
    MIN_MAX,
    /** Without the outermost 0.01 % on either side. */
    PERCENTILE,
    /** Cut off where the integers keep most of the distribution: the least Kullback-Leibler divergence. */
    ENTROPY;

    private static final double OUTERMOST = 1e-4;

    /** The range for values that were seen. */
    public Range range(Histogram seen) {
        return switch (this) {
            case MIN_MAX -> within(seen, seen.min(), seen.max());
            case PERCENTILE -> within(seen, seen.quantile(OUTERMOST), seen.quantile(1 - OUTERMOST));
            case ENTROPY -> {
                double threshold = Entropy.threshold(seen.magnitudes(), seen.binWidth());
                yield within(seen, -threshold, threshold);
            }
        };
    }

    private static Range within(Histogram seen, double min, double max) {
        return new Range((float) Math.min(0, Math.max(min, seen.min())), (float) Math.max(0, Math.min(max,
            seen.max())));
    }
}
