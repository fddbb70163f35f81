package dev.gpux.server.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Borrowed native memory: any thread may use it, until {@link #close()} gives it back. Its content is whatever the
 * borrower before left. Whoever still reads it after that reads somebody else's: the borrower alone closes it, and only
 * when every thread that it handed the memory to is done.
 */
public final class Block implements AutoCloseable {
    private final MemoryPool pool;
    private final Arena arena;
    private final MemorySegment segment;
    private final AtomicBoolean lent = new AtomicBoolean(true);

    Block(MemoryPool pool, Arena arena, MemorySegment segment) {
        this.pool = pool;
        this.arena = arena;
        this.segment = segment;
    }

    /** The memory, at least as large as asked for, aligned to 64 bytes. */
    public MemorySegment segment() {
        return segment;
    }

    void lend() {
        lent.set(true);
    }

    /** Back to the system. */
    void free() {
        arena.close();
    }

    /** Gives the memory back. A second call does nothing. */
    @Override
    public void close() {
        if (lent.compareAndSet(true, false)) {
            pool.giveBack(this);
        }
    }
}
