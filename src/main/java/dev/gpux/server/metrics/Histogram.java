package dev.gpux.server.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Counts values in buckets with fixed bounds. Thread-safe. */
public final class Histogram {
    private static final double[] SECONDS = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
        0.5, 1, 2.5, 5, 10, 30};
    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};
    private static final double NANOS = 1e9;

    private final double[] bounds;
    /** What a value is divided by before it is shown. */
    private final double unit;
    private final LongAdder[] counts;
    private final LongAdder sum = new LongAdder();

    private Histogram(double[] bounds, double unit) {
        this.bounds = bounds;
        this.unit = unit;
        this.counts = new LongAdder[bounds.length + 1];
        Arrays.setAll(counts, _ -> new LongAdder());
    }

    /** Of durations, recorded in nanoseconds and shown in seconds. */
    public static Histogram ofNanos() {
        return new Histogram(SECONDS, NANOS);
    }

    /** Of numbers of things. */
    public static Histogram ofSizes() {
        return new Histogram(SIZES, 1);
    }

    /** Counts one value. */
    public void record(long value) {
        double shown = value / unit;
        int bucket = 0;
        while (bucket < bounds.length && shown > bounds[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sum.add(value);
    }

    /** How many values were counted. */
    public long count() {
        long count = 0;
        for (var bucket : counts) {
            count += bucket.sum();
        }
        return count;
    }

    /** The sum of the values, in the unit in which they are shown. */
    public double sum() {
        return sum.sum() / unit;
    }

    int buckets() {
        return bounds.length;
    }

    double bound(int bucket) {
        return bounds[bucket];
    }

    long count(int bucket) {
        return counts[bucket].sum();
    }
}
