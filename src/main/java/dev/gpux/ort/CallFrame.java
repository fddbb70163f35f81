package dev.gpux.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What one call needs for itself: native memory for its arguments and a list of what it holds. Lent out and given back,
 * so that a call makes neither.
 *
 * <p>A thread finds the frame that it gave back last. A thread-local variable would do the same, but would keep a frame
 * for every virtual thread that ever ran a model.
 */
final class CallFrame {
    /** The memory of a frame that is kept: enough for a run with a hundred inputs and outputs. */
    private static final long BYTES = 1024;
    private static final int SLOTS = 64;
    /** References in a cache line, so that threads with different slots do not slow each other down. */
    private static final int APART = 16;
    private static final AtomicReferenceArray<CallFrame> KEPT = new AtomicReferenceArray<>(SLOTS * APART);

    private final MemorySegment memory;
    private final HeldMemory held = new HeldMemory();

    private CallFrame(long bytes) {
        // Automatic, since a frame that finds its slot taken when it comes back is dropped.
        memory = Arena.ofAuto().allocate(bytes, Long.BYTES);
    }

    /** A frame with at least {@code bytes} bytes of memory. */
    static CallFrame take(long bytes) {
        if (bytes > BYTES) {
            return new CallFrame(bytes);
        }
        var kept = KEPT.getAndSet(slot(), null);
        return kept != null ? kept : new CallFrame(BYTES);
    }

    /** Ends the use of this frame. */
    void giveBack() {
        held.clear();
        if (memory.byteSize() == BYTES) {
            KEPT.setRelease(slot(), this);
        }
    }

    private static int slot() {
        return (int) (Thread.currentThread().threadId() % SLOTS) * APART;
    }

    /** Aligned to 8; holds whatever the call before left. */
    MemorySegment memory() {
        return memory;
    }

    /** What the call must hold; empty at first. */
    HeldMemory held() {
        return held;
    }
}
