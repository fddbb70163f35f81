package dev.gpux.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.cli.common.UsageException;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a benchmark counts as latency. Only lower bounds: a busy machine makes everything slower, nothing faster. */
class LoadGeneratorTest {
    private static final long SECOND = 1_000_000_000;
    private static final long STALL_MS = 300;

    /** Stalls once, in its 200th run. */
    private static final class Stalling implements BenchRun {
        private int runs;

        @Override
        public void once() {
            if (++runs == 200) {
                try {
                    Thread.sleep(STALL_MS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void close() { }
    }

    @Test
    void inAnOpenLoopOneStallIsManyLateRuns() {
        var what = new BenchCase("cpu", 1, 1, OptionalDouble.of(1000));
        var measured = new LoadGenerator(what, Stalling::new, SECOND).measure();
        for (int i = 0; i < 20 && measured.missed() > 0; i++) {
            // Another stall, of the whole machine, was longer than this one.
            measured = new LoadGenerator(what, Stalling::new, SECOND).measure();
        }
        assertEquals(1000, measured.latencies().count() + measured.missed());
        // 300 of 1000 runs should have begun during the stall; the last of them waited least. One in a hundred waited
        // for nearly all of it, though one run alone took long.
        assertTrue(measured.latencies().percentile(99) >= (STALL_MS - 50) * 1_000_000, "p99 includes the queue");
        assertTrue(measured.latencies().percentile(90) >= (STALL_MS - 150) * 1_000_000, "p90 includes the queue");
    }

    @Test
    void countsRunsOnEachThread() {
        var opened = new AtomicInteger();
        var measured = new LoadGenerator(new BenchCase("cpu", 3, 4, OptionalDouble.empty()), () -> {
            opened.incrementAndGet();
            return new Stalling();
        }, SECOND / 10).measure();
        assertEquals(3, opened.get());
        assertTrue(measured.latencies().count() >= 3);
        assertEquals(measured.latencies().count() * 4 / measured.seconds(), measured.throughput(), 1e-6);
    }

    @Test
    void aFailureOnOneThreadIsTheFailure() {
        var opened = new AtomicInteger();
        var generator = new LoadGenerator(new BenchCase("cpu", 2, 1, OptionalDouble.empty()), () -> {
            if (opened.incrementAndGet() == 2) {
                throw new UsageException("no second one");
            }
            return new Stalling();
        }, SECOND / 10);
        assertEquals("no second one", assertThrows(UsageException.class, generator::measure).getMessage());
    }
}
