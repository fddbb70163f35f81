package dev.gpux.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

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
    /** Frames that are kept, one for all threads whose numbers have the same rest; a lost race loses a frame. */
    private static final CallFrame[] KEPT = new CallFrame[64];
    private static final int FREE = 0;
    private static final int BUSY = 1;

    private final MemorySegment memory;
    private final HeldMemory held = new HeldMemory();
    // A number, and not the frame's coming and going in the array: collectors have to hear of references that change.
    private final AtomicInteger state = new AtomicInteger(BUSY);

    private CallFrame(long bytes) {
        // Automatic, since a frame that finds its slot taken is dropped.
        memory = Arena.ofAuto().allocate(bytes, Long.BYTES);
    }

    /** A frame with at least {@code bytes} bytes of memory. */
    static CallFrame take(long bytes) {
        if (bytes > BYTES) {
            return new CallFrame(bytes);
        }
        int slot = (int) (Thread.currentThread().threadId() % KEPT.length);
        var kept = KEPT[slot];
        if (kept == null) {
            kept = new CallFrame(BYTES);
            KEPT[slot] = kept;
            return kept;
        }
        return kept.state.compareAndSet(FREE, BUSY) ? kept : new CallFrame(BYTES);
    }

    /** Ends the use of this frame. */
    void giveBack() {
        held.clear();
        state.setRelease(FREE);
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
