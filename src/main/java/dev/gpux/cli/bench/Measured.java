package dev.gpux.cli.bench;

/**
 * What one case gave.
 *
 * @param what the case
 * @param latencies one run's duration; in an open loop from the moment it should have begun
 * @param confidence half the width of the 95 % confidence interval of the mean latency, in nanoseconds, or NaN
 * @param seconds how long was measured
 * @param bytesPerRun what one run put on the Java heap, in bytes
 * @param cores processors in use by this process, on average
 * @param missed runs of an open loop that had not begun when the time was up
 */
record Measured(BenchCase what, Latencies latencies, double confidence, double seconds, double bytesPerRun,
                double cores, long missed) {
    /** Inputs a second. */
    double throughput() {
        return latencies.count() * what.batch() / seconds;
    }
}
