package dev.gpux.cli.bench;

/** What a benchmark repeats. Belongs to the thread that opened it. */
interface BenchRun extends AutoCloseable {
    /** Once. */
    void once();

    @Override
    void close();

    /** Opens one on each thread that measures. */
    @FunctionalInterface
    interface Opener {
        BenchRun open();
    }
}
