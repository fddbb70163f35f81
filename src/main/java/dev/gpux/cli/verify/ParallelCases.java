package dev.gpux.cli.verify;

import dev.gpux.cli.common.InterruptedRunException;
import dev.gpux.cli.common.Interruption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs the cases of many folders on several threads; the results come in the order of the folders. */
final class ParallelCases {
    /** Less than what an interrupted command has to end. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private final List<CaseFolder> folders;
    private final List<CompletableFuture<List<VerifiedCase>>> results = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();

    private ParallelCases(List<CaseFolder> folders) {
        this.folders = folders;
        folders.forEach(_ -> results.add(new CompletableFuture<>()));
    }

    /**
     * Runs them all.
     *
     * @param threads how many folders at a time
     * @param runner makes the runner of one thread
     * @param sink takes the results, on the calling thread
     */
    static void run(List<CaseFolder> folders, int threads, Supplier<CaseRunner> runner, Consumer<VerifiedCase> sink) {
        var cases = new ParallelCases(folders);
        var working = new ArrayList<Thread>();
        for (int i = 0; i < Math.min(threads, folders.size()); i++) {
            working.add(Thread.ofPlatform().daemon().name("gpux-verify-", i).start(() -> cases.work(runner)));
        }
        try {
            cases.drain(sink);
        } finally {
            leave(working);
        }
    }

    /** The runners end their processes and delete their files; one whose case does not end is left behind. */
    private static void leave(List<Thread> working) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (var thread : working) {
                thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(Supplier<CaseRunner> made) {
        try (var runner = made.get()) {
            for (int i = next.getAndIncrement(); i < folders.size(); i = next.getAndIncrement()) {
                try {
                    results.get(i).complete(runner.run(folders.get(i)));
                } catch (RuntimeException | Error e) {
                    results.get(i).completeExceptionally(e);
                }
            }
        }
    }

    private void drain(Consumer<VerifiedCase> sink) {
        var self = Thread.currentThread();
        try (var _ = Interruption.ending(self::interrupt)) {
            for (var result : results) {
                result.get().forEach(sink);
            }
        } catch (InterruptedException e) {
            throw new InterruptedRunException(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new CompletionException(e.getCause());
            }
        } finally {
            // Whatever ended this, nobody begins another folder.
            next.set(folders.size());
        }
    }
}
