package dev.gpux.cli.bench;

/**
 * A histogram of durations in nanoseconds, of a fixed size: exact below 2,048 ns, within 0.1 % above. Recording puts
 * nothing on the heap. For one thread.
 */
final class Latencies {
    private static final int PRECISION_BITS = 10;
    private static final int STEPS = 1 << PRECISION_BITS;
    /** Up to 2^46 ns, about 19 hours; what takes longer counts as that. */
    private static final int LARGEST_BITS = 46;
    private static final long LARGEST = (1L << LARGEST_BITS) - 1;

    private final long[] counts = new long[(LARGEST_BITS - PRECISION_BITS + 1) * STEPS];
    private long count;
    private long sum;
    private long min = Long.MAX_VALUE;
    private long max;

    /** Adds one duration. */
    void record(long nanos) {
        long value = Math.clamp(nanos, 0, LARGEST);
        counts[index(value)]++;
        count++;
        sum += value;
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    private static int index(long value) {
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(value) - PRECISION_BITS - 1);
        return (int) ((long) shift * STEPS + (value >>> shift));
    }

    /** The middle of what falls into a bucket. */
    private static long value(int index) {
        int shift = Math.max(0, index / STEPS - 1);
        long first = (long) (index - shift * STEPS) << shift;
        return first + (1L << shift >> 1);
    }

    /** Adds another histogram's durations. */
    void add(Latencies other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        count += other.count;
        sum += other.sum;
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
    }

    long count() {
        return count;
    }

    /** The mean, in nanoseconds. */
    double mean() {
        return count == 0 ? 0 : (double) sum / count;
    }

    long min() {
        return count == 0 ? 0 : min;
    }

    long max() {
        return max;
    }

    /** The duration, in nanoseconds, that {@code percent} of all do not exceed (nearest rank). */
    long percentile(double percent) {
        long rank = Math.max(1, (long) Math.ceil(count * percent / 100));
        if (rank >= count) {
            return max();
        }
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.clamp(value(i), min, max);
            }
        }
        return max;
    }
}
