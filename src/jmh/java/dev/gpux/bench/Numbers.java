package dev.gpux.bench;

import java.util.Arrays;

/** Order statistics: on a machine with other work on it, means say little. */
final class Numbers {
    private Numbers() { }

    static double median(double... numbers) {
        return quantile(0.5, numbers);
    }

    static double min(double... numbers) {
        return quantile(0, numbers);
    }

    /** Interpolates linearly between the two nearest ranks. */
    static double quantile(double fraction, double... numbers) {
        var sorted = numbers.clone();
        Arrays.sort(sorted);
        double rank = fraction * (sorted.length - 1);
        int low = (int) rank;
        int high = Math.min(low + 1, sorted.length - 1);
        return sorted[low] + (rank - low) * (sorted[high] - sorted[low]);
    }
}
