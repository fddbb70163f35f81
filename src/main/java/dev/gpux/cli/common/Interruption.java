package dev.gpux.cli.common;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, and whatever else asks the process to end: the run in flight is terminated, the command closes what it
 * opened and says that it was interrupted, and the exit code is the signal's, 130 for SIGINT.
 *
 * <p>A signal belongs to the process and there is one command in a process, hence static.
 */
public final class Interruption {
    /** ORT cannot be stopped while it loads a model; a person who pressed Ctrl-C does not wait for that. */
    private static final long PATIENCE_SECONDS = 2;
    private static final CountDownLatch OVER = new CountDownLatch(1);
    private static final List<Runnable> ENDINGS = new ArrayList<>();
    private static volatile boolean happened;

    /** Takes back what {@link #ending} registered. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    private Interruption() { }

    /** From now on the end of the JVM waits for the command to notice. */
    public static void listen() {
        Runtime.getRuntime().addShutdownHook(new Thread(Interruption::end, "interruption"));
    }

    private static void end() {
        if (OVER.getCount() == 0) {
            return;
        }
        happened = true;
        synchronized (ENDINGS) {
            ENDINGS.forEach(Runnable::run);
        }
        try {
            // The process ends when this returns; the command may be writing still.
            OVER.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has ended and written everything. */
    public static void commandIsOver() {
        OVER.countDown();
    }

    /** Whether the process was asked to end before the command was over. */
    public static boolean happened() {
        return happened;
    }

    /**
     * Does {@code ending} when the process is asked to end, until the registration is closed; at once, if it was asked
     * already.
     */
    public static Registration ending(Runnable ending) {
        synchronized (ENDINGS) {
            ENDINGS.add(ending);
            if (happened) {
                ending.run();
            }
        }
        return () -> {
            synchronized (ENDINGS) {
                ENDINGS.remove(ending);
            }
        };
    }
}
