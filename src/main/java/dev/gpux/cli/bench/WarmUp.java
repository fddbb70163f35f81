package dev.gpux.cli.bench;

import dev.gpux.cli.common.Interruption;

/**
 * Runs before the measurement until they take the same time.
 *
 * @param runs how many it took
 * @param nanos how long it took
 * @param stable whether they became stable; if not, the time was up
 */
record WarmUp(long runs, long nanos, boolean stable) {
    private static final int WINDOWS = 5;
    private static final long WINDOW_NANOS = 50_000_000;
    private static final int LEAST_RUNS = 5;
    private static final double SPREAD = 0.05;

    /** Repeats {@code run} until the medians of the last five windows differ by less than 5 %, or the time is up. */
    static WarmUp until(BenchRun run, long mostNanos) {
        long start = System.nanoTime();
        var medians = new long[WINDOWS];
        long runs = 0;
        for (int window = 0; System.nanoTime() - start < mostNanos && !Interruption.happened(); window++) {
            var latencies = new Latencies();
            long begin = System.nanoTime();
            long before = begin;
            while (latencies.count() < LEAST_RUNS || before - begin < WINDOW_NANOS) {
                run.once();
                long now = System.nanoTime();
                latencies.record(now - before);
                before = now;
            }
            runs += latencies.count();
            medians[window % WINDOWS] = latencies.percentile(50);
            if (window >= WINDOWS - 1 && isStable(medians)) {
                return new WarmUp(runs, System.nanoTime() - start, true);
            }
        }
        return new WarmUp(runs, System.nanoTime() - start, false);
    }

    private static boolean isStable(long[] medians) {
        long min = Long.MAX_VALUE;
        long max = 0;
        for (long median : medians) {
            min = Math.min(min, median);
            max = Math.max(max, median);
        }
        return max - min <= SPREAD * min;
    }
}
