package dev.gpux.ort;

import java.lang.foreign.Arena;
import java.util.concurrent.locks.LockSupport;

/** Closing a shared arena whose segments other threads may hold in a native call. */
final class SharedArenas {
    private static final long PAUSE_NANOS = 50_000;

    private SharedArenas() { }

    /**
     * Closes {@code arena} once no native call holds a segment of it; returns at once if it is closed already.
     *
     * <p>The FFM API refuses to close an arena while a downcall has one of its segments as an argument. That refusal is
     * what protects a run in flight; there is nothing to wait on, so this asks again until it is granted.
     */
    static void close(Arena arena) {
        while (arena.scope().isAlive()) {
            try {
                arena.close();
                return;
            } catch (IllegalStateException e) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
