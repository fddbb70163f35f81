package dev.gpux.cli.run;

import dev.gpux.cli.common.InterruptedRunException;
import dev.gpux.cli.common.Interruption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads, runs and writes many sets of inputs at the same time: one thread reads, a few run batches, and the caller's
 * writes the answers in the order of the questions. What is read and not yet written is bounded.
 */
final class OrderedRun {
    /** One batch can be parsed or written while the other is in the model. */
    private static final int RUNNERS = 2;
    private static final int WAITING = 2 * RUNNERS;
    private final BatchRunner runner;
    private final int batch;
    private final BlockingQueue<CompletableFuture<List<Answered>>> queue = new ArrayBlockingQueue<>(WAITING);

    /** Takes an answer. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes the next answer.
         *
         * @param more whether another one is ready
         */
        void take(Answered answered, boolean more) throws IOException;
    }

    OrderedRun(BatchRunner runner, int batch) {
        this.runner = runner;
        this.batch = batch;
    }

    /** Answers everything that comes from {@code source}. */
    void run(ItemSource source, Sink sink) throws IOException {
        var threads = Executors.newFixedThreadPool(RUNNERS + 1, this::thread);
        try (var _ = Interruption.ending(Thread.currentThread()::interrupt)) {
            threads.execute(() -> read(source, threads));
            for (var answers = queue.take().get(); !answers.isEmpty(); answers = queue.take().get()) {
                for (int i = 0; i < answers.size(); i++) {
                    sink.take(answers.get(i), i + 1 < answers.size() || !queue.isEmpty());
                }
            }
        } catch (InterruptedException e) {
            throw new InterruptedRunException(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case IOException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new CompletionException(e.getCause());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Thread thread(Runnable task) {
        var thread = new Thread(() -> runner.onThread(task), "gpux-run");
        // A reader that waits for a person's next line must not keep the process.
        thread.setDaemon(true);
        return thread;
    }

    /** Submits batches; an empty one stands for the end. */
    private void read(ItemSource source, ExecutorService threads) {
        try {
            try {
                boolean more = true;
                while (more) {
                    var items = new ArrayList<Item>();
                    while (items.size() < batch && more) {
                        var item = source.next();
                        item.ifPresent(items::add);
                        more = item.isPresent();
                    }
                    if (!items.isEmpty()) {
                        queue.put(CompletableFuture.supplyAsync(() -> runner.run(items), threads));
                    }
                }
                queue.put(CompletableFuture.completedFuture(List.of()));
            } catch (IOException | RuntimeException | Error e) {
                queue.put(CompletableFuture.failedFuture(e));
            }
        } catch (InterruptedException e) {
            // The writer has given up; nobody waits for more.
            Thread.currentThread().interrupt();
        }
    }
}
