package dev.gpux.ort;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * An environment that starts on a thread of its own, see {@link Environment#startInBackground}. Who would end the
 * process closes this first: ORT's own ending must not meet its beginning. Thread-safe.
 */
public final class Starting implements AutoCloseable {
    private final FutureTask<Environment> task;

    Starting(Supplier<Environment> start) {
        this.task = new FutureTask<>(start::get);
    }

    void begin() {
        Thread.ofPlatform().daemon().name("ort-start").start(task);
    }

    /** Waits for it, and throws what the start threw. */
    Environment environment() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until the start has ended, one way or the other. */
    @Override
    public void close() {
        try {
            environment();
        } catch (RuntimeException | Error e) {
            // Who uses the environment hears of it.
        }
    }
}
