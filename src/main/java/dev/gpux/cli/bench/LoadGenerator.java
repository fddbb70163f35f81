package dev.gpux.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.gpux.cli.common.InterruptedRunException;
import dev.gpux.cli.common.Interruption;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Measures one case: repeats a run on one or more threads and notes how long each took. */
final class LoadGenerator {
    /** Before the measurement on each thread, so that what a thread does once is not measured. */
    private static final int UNMEASURED = 10;
    /** A thread that sleeps wakes up late by about as much; the rest of the time it watches the clock. */
    private static final long WATCH_NANOS = 100_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final BenchCase what;
    private final BenchRun.Opener opener;
    private final long duration;
    private final Phaser together;
    private final AtomicLong next = new AtomicLong();
    private volatile boolean failed;
    private volatile long begin;
    private volatile long cpuBefore;

    private record Part(Latencies latencies, Intervals intervals, long bytes, long end) { }

    /**
     * Measures {@code what}.
     *
     * @param duration in nanoseconds
     */
    LoadGenerator(BenchCase what, BenchRun.Opener opener, long duration) {
        this.what = what;
        this.opener = opener;
        this.duration = duration;
        this.together = new Phaser(what.concurrency()) {
            @Override
            protected boolean onAdvance(int phase, int registered) {
                cpuBefore = SYSTEM.getProcessCpuTime();
                begin = System.nanoTime();
                return false;
            }
        };
    }

    /** Does it. */
    Measured measure() {
        var parts = new ArrayList<FutureTask<Part>>();
        for (int i = 0; i < what.concurrency(); i++) {
            var part = new FutureTask<>(this::part);
            parts.add(part);
            var thread = new Thread(part, "gpux-bench-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        var done = parts.stream().map(LoadGenerator::await).toList();
        var latencies = new Latencies();
        var intervals = new Intervals(begin, duration);
        long bytes = 0;
        long nanos = 1;
        for (var part : done) {
            latencies.add(part.latencies());
            intervals.add(part.intervals());
            bytes += part.bytes();
            nanos = Math.max(nanos, part.end() - begin);
        }
        long due = what.rate().isPresent() ? (long) Math.ceil(duration / 1e9 * what.rate().getAsDouble()) : 0;
        return new Measured(what, latencies, intervals.confidence(), nanos / 1e9,
            (double) bytes / Math.max(1, latencies.count()), (double) (SYSTEM.getProcessCpuTime() - cpuBefore) / nanos,
            Math.max(0, due - latencies.count()));
    }

    private static Part await(FutureTask<Part> part) {
        try {
            return part.get();
        } catch (InterruptedException e) {
            throw new InterruptedRunException(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    private Part part() {
        try (var run = opener.open()) {
            for (int i = 0; i < UNMEASURED; i++) {
                run.once();
            }
            var latencies = new Latencies();
            together.arriveAndAwaitAdvance();
            var intervals = new Intervals(begin, duration);
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            long end = what.rate().isPresent()
                ? open(run, latencies, intervals, 1e9 / what.rate().getAsDouble()) : closed(run, latencies, intervals);
            return new Part(latencies, intervals, THREADS.getCurrentThreadAllocatedBytes() - bytes, end);
        } catch (RuntimeException | Error e) {
            // The other threads would wait for this one, and measure for nothing.
            failed = true;
            together.arriveAndDeregister();
            throw e;
        }
    }

    private long closed(BenchRun run, Latencies latencies, Intervals intervals) {
        long stop = begin + duration;
        long before = System.nanoTime();
        while (before - stop < 0 && !over()) {
            run.once();
            long now = System.nanoTime();
            latencies.record(now - before);
            intervals.record(now, now - before);
            before = now;
        }
        return before;
    }

    /** A run that begins late because others took long has waited, and its caller with it: that is latency. */
    private long open(BenchRun run, Latencies latencies, Intervals intervals, double period) {
        long end = begin;
        while (!over()) {
            long due = (long) (next.getAndIncrement() * period);
            // One that cannot keep up gets the same time once more to work off the queue.
            if (due >= duration || System.nanoTime() - begin > 2 * duration) {
                break;
            }
            waitUntil(begin + due);
            run.once();
            end = System.nanoTime();
            latencies.record(end - begin - due);
            intervals.record(end, end - begin - due);
        }
        return end;
    }

    private boolean over() {
        return failed || Interruption.happened();
    }

    private static void waitUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            if (left > WATCH_NANOS) {
                LockSupport.parkNanos(left - WATCH_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
