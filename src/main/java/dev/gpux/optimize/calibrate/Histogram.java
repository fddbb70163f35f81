package dev.gpux.optimize.calibrate;

/**
 * How often values were seen, in bins of equal width on both sides of 0; the width doubles where a value lies outside.
 * What is no number is not counted. For one thread.
 */
public final class Histogram {
    /** On each side. */
    private static final int BINS = 2048;

    private long[] positive = new long[BINS];
    private long[] negative = new long[BINS];
    private double width;
    private long count;
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;

    /** Adds a value. */
    public void add(float value) {
        if (!Float.isFinite(value)) {
            return;
        }
        float magnitude = Math.abs(value);
        if (width == 0 && magnitude > 0) {
            width = Math.max((double) magnitude / BINS, Double.MIN_NORMAL);
        }
        while (magnitude > width * BINS) {
            positive = halved(positive);
            negative = halved(negative);
            width *= 2;
        }
        int bin = width == 0 ? 0 : Math.min(BINS - 1, (int) (magnitude / width));
        (value < 0 ? negative : positive)[bin]++;
        count++;
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    private static long[] halved(long[] bins) {
        var halved = new long[BINS];
        for (int i = 0; i < BINS; i++) {
            halved[i / 2] += bins[i];
        }
        return halved;
    }

    /** How many values there were. */
    public long count() {
        return count;
    }

    /** The smallest value; 0 if there was none. */
    public float min() {
        return count == 0 ? 0 : min;
    }

    /** The largest value; 0 if there was none. */
    public float max() {
        return count == 0 ? 0 : max;
    }

    /** The width of a bin. */
    double binWidth() {
        return width;
    }

    /** How often magnitudes were seen, from 0 on. */
    long[] magnitudes() {
        var all = positive.clone();
        for (int i = 0; i < BINS; i++) {
            all[i] += negative[i];
        }
        return all;
    }

    /** The value that this part of all does not exceed, to the width of a bin. */
    double quantile(double part) {
        double rank = part * count;
        long seen = 0;
        for (int i = BINS - 1; i >= 0; i--) {
            seen += negative[i];
            if (seen >= rank && seen > 0) {
                return -i * width;
            }
        }
        for (int i = 0; i < BINS; i++) {
            seen += positive[i];
            if (seen >= rank) {
                return (i + 1) * width;
            }
        }
        return max();
    }
}
