package dev.gpux.server.model;

/**
 * How long a model's runs usually take: about four of five lately took no longer. It is a quantile and no mean, so that a
 * run that was interrupted by something else on the processor moves it as far as any other, however long it was.
 * Thread-safe; when two runs end at once, one may not be counted.
 */
final class RunLength {
    private static final int UP = 4;
    private static final int DOWN = 20;

    private volatile long usual = Long.MAX_VALUE;

    /** A run took so many nanoseconds. */
    void add(long nanos) {
        long before = usual;
        if (before == Long.MAX_VALUE) {
            usual = nanos;
        } else if (nanos > before) {
            usual = Math.min(nanos, before + before / UP + 1);
        } else {
            usual = Math.max(nanos, before - before / DOWN);
        }
    }

    /** Nanoseconds; {@link Long#MAX_VALUE} before the first run. */
    long usualNanos() {
        return usual;
    }
}
