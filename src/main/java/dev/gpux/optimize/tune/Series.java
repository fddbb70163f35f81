package dev.gpux.optimize.tune;

import java.util.ArrayList;
import java.util.List;

/**
 * Medians of blocks of runs of one setting, in nanoseconds for one input. Runs that follow each other depend on each
 * other; medians of blocks hardly do, and a few disturbed runs do not move them.
 */
final class Series {
    /** Student's t, two-sided 95 %, by degrees of freedom from 1 on. */
    private static final double[] T = {12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16,
        2.14, 2.13, 2.12, 2.11, 2.10, 2.09};
    private static final double LARGE_T = 1.98;

    private final List<Double> medians = new ArrayList<>();
    private long runs;

    void add(double median, int count) {
        medians.add(median);
        runs += count;
    }

    /** The middle of the medians. */
    double median() {
        return middle(medians);
    }

    /** Half the width of the 95 % confidence interval of the mean of blocks. */
    double halfWidth() {
        return halfWidth(medians);
    }

    Measured toMeasured(Setting setting, boolean finalist) {
        double half = halfWidth();
        return new Measured(setting, median() / 1e6, (median() - half) / 1e6, (median() + half) / 1e6, runs, finalist);
    }

    /**
     * Whether this one is slower than another by more than the noise: block by block, since blocks at the same time
     * were disturbed by the same.
     *
     * @param least the part by which it has to be slower to matter
     */
    boolean isSlowerThan(Series other, double least) {
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < Math.min(medians.size(), other.medians.size()); i++) {
            ratios.add(medians.get(i) / other.medians.get(i));
        }
        return middle(ratios) > 1 + least && mean(ratios) - halfWidth(ratios) > 1;
    }

    private static double middle(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    private static double halfWidth(List<Double> values) {
        int n = values.size();
        if (n < 2) {
            return Double.POSITIVE_INFINITY;
        }
        double mean = mean(values);
        double variance = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum() / (n - 1);
        return (n - 2 < T.length ? T[n - 2] : LARGE_T) * Math.sqrt(variance / n);
    }
}
