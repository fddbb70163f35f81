package dev.gpux.cli.bench;

/**
 * Means over equal parts of a measurement, for a confidence interval: durations that follow each other depend on each
 * other, means over longer times hardly do (the method of batch means). For one thread.
 */
final class Intervals {
    private static final int PARTS = 20;
    /** Student's t for 19 degrees of freedom, 95 % two-sided. */
    private static final double T = 2.093;

    private final long[] sums = new long[PARTS];
    private final long[] counts = new long[PARTS];
    private final long begin;
    private final long part;
    private int current;

    /** Parts of what lasts {@code duration} nanoseconds from {@code begin} on. */
    Intervals(long begin, long duration) {
        this.begin = begin;
        this.part = Math.max(1, duration / PARTS);
    }

    /** Adds a duration that ended at {@code now}. */
    void record(long now, long nanos) {
        while (current < PARTS - 1 && now - begin >= (current + 1) * part) {
            current++;
        }
        sums[current] += nanos;
        counts[current]++;
    }

    /** Adds what another thread measured. */
    void add(Intervals other) {
        for (int i = 0; i < PARTS; i++) {
            sums[i] += other.sums[i];
            counts[i] += other.counts[i];
        }
    }

    /** Half the width of the 95 % confidence interval of the mean, in nanoseconds; NaN if there is too little. */
    double confidence() {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < PARTS; i++) {
            double mean = (double) sums[i] / counts[i];
            sum += mean;
            squares += mean * mean;
        }
        double mean = sum / PARTS;
        double variance = Math.max(0, (squares - PARTS * mean * mean) / (PARTS - 1));
        return T * Math.sqrt(variance / PARTS);
    }
}
