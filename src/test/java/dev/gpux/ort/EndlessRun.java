package dev.gpux.ort;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** A run on a thread of its own that goes on until it is ended. When the constructor returns, ORT is computing. */
final class EndlessRun implements AutoCloseable {
    /** Enough for a hundred years. */
    static final long ROUNDS = Long.MAX_VALUE;

    /** What runs until its options are terminated. */
    interface Body {
        void run(RunOptions options);
    }

    private final RunOptions options = new RunOptions();
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();
    private final Thread thread;

    EndlessRun(Body body) throws InterruptedException {
        var tag = "endless " + System.nanoTime();
        options.log(tag, LogSeverity.INFO);
        try (var log = new Log()) {
            thread = Thread.ofPlatform().start(() -> {
                try {
                    body.run(options);
                } catch (Throwable e) {
                    thrown.set(e);
                }
            });
            try {
                log.await(tag);
            } catch (AssertionError e) {
                options.terminate();
                throw e;
            }
        }
    }

    /** By {@link Session#run}. */
    static EndlessRun of(Session session, Map<String, Value> inputs) throws InterruptedException {
        return new EndlessRun(options -> session.run(inputs, List.of("y"), options).close());
    }

    /** A session of {@link Models#loop()} that says in the log when a run starts. */
    static Session open() {
        return open(new SessionOptions());
    }

    static Session open(SessionOptions options) {
        try (options) {
            return Session.open(Models.bytes(Models.loop()), options.intraOpThreads(1).log("", LogSeverity.INFO));
        }
    }

    /** Ends the run from this thread and gives what it threw. */
    Throwable end() throws InterruptedException {
        options.terminate();
        thread.join();
        return thrown.get();
    }

    @Override
    public void close() throws InterruptedException {
        try {
            options.terminate();
        } catch (IllegalStateException e) {
            // A test closed the options, which waits for the run.
        }
        thread.join();
        options.close();
    }

    RunOptions options() {
        return options;
    }
}
