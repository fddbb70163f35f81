package dev.gpux.server.model;

import dev.gpux.engine.Model;
import dev.gpux.ort.OrtException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;

/**
 * Whether a model that was loaded still runs. A device can be lost, and then every run fails; but a client can make runs
 * fail, too, and must not take the model out of service. So when runs fail one after the other, the model is tried on
 * what it is known to answer, its {@link SelfTest}; only if that fails it is not ready, until a later try succeeds.
 * Thread-safe.
 */
final class Health implements AutoCloseable {
    private static final int MOST_FAILURES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Model engine;
    private final SelfTest test;
    private final Optional<Lock> turn;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile Optional<String> trouble = Optional.empty();
    private volatile boolean closed;
    /** Tries the model; there while there is a reason to. Guarded by this object. */
    private Optional<Thread> trying = Optional.empty();

    /** @param turn what a run must hold, where the provider takes one at a time */
    Health(Model engine, SelfTest test, Optional<Lock> turn) {
        this.engine = engine;
        this.test = test;
        this.turn = turn;
    }

    /** Why the model is not ready; empty if it is. */
    Optional<String> trouble() {
        return trouble;
    }

    /** A run has succeeded. */
    void ran() {
        if (failures.get() > 0) {
            failures.set(0);
        }
    }

    /** A run has failed, for another reason than that somebody ended it. */
    void failed(Throwable e) {
        if (e instanceof OrtException && failures.incrementAndGet() >= MOST_FAILURES) {
            begin();
        }
    }

    private synchronized void begin() {
        if (trying.isEmpty() && !closed) {
            trying = Optional.of(Thread.ofPlatform().daemon().name("gpux-health-" + engine.gpuxfile().name())
                .start(this::tryOut));
        }
    }

    private void tryOut() {
        try {
            for (var pause = PAUSE; !runs(); pause = longer(pause)) {
                Thread.sleep(pause);
            }
            failures.set(0);
            // Whatever made runs fail may go on: it costs the model one test a second, no more.
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            // The model is being closed.
        } finally {
            synchronized (this) {
                trying = Optional.empty();
            }
        }
    }

    private static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private boolean runs() throws InterruptedException {
        if (turn.isPresent()) {
            turn.get().lockInterruptibly();
        }
        try {
            test.run(engine);
            trouble = Optional.empty();
        } catch (RuntimeException e) {
            trouble = Optional.of("it does not run any more: " + e.getMessage());
        } finally {
            turn.ifPresent(Lock::unlock);
        }
        return closed || trouble.isEmpty();
    }

    /** Ends the tries; the model is not used any more when this returns. */
    @Override
    public void close() {
        Optional<Thread> last;
        synchronized (this) {
            closed = true;
            last = trying;
        }
        if (last.isPresent()) {
            last.get().interrupt();
            try {
                last.get().join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
