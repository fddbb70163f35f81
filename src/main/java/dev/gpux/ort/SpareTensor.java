package dev.gpux.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small tensor of nobody's: up to {@link #BYTES} bytes of memory and an {@code OrtValue} over them, used by one run
 * after another. To let ORT make and free an output costs a tenth of what a small model costs, and to make and free an
 * {@code OrtValue} over an input almost as much as to copy 4 kB twice.
 *
 * <p>There are a few for all threads whose numbers have the same rest, made when they are first needed and kept: at most
 * 2 MB in a process. Who takes one has it alone until it is given back.
 */
final class SpareTensor {
    /** The size of the memory, and the most that a tensor here may have. */
    static final long BYTES = 4096;
    /** Stands for none. */
    static final SpareTensor NONE = new SpareTensor(MemorySegment.NULL);

    private static final int THREADS = 64;
    private static final int A_THREAD = 8;
    private static final SpareTensor[] ALL = new SpareTensor[THREADS * A_THREAD];
    private static final int FREE = 0;
    private static final int BUSY = 1;

    private final MemorySegment memory;
    private final AtomicInteger state = new AtomicInteger(BUSY);
    // Whoever has taken this may write; others may read what is out of date, and find out when they have taken it.
    private ElementType elementType = ElementType.STRING;
    private Shape shape = Shape.SCALAR;
    private long pointer;
    private SpareTensor next = this;

    private SpareTensor(MemorySegment memory) {
        this.memory = memory;
    }

    /** Whether there are spare tensors of this type and shape: small ones, of types that every ORT knows. */
    static boolean has(ElementType type, Shape shape) {
        return type != ElementType.STRING && type.isInEveryOrt() && shape.rank() < Values.SCRATCH / Long.BYTES
            && type.byteSize(shape.elements()) <= BYTES;
    }

    /**
     * Takes one with whatever elements it was left with.
     *
     * @param scratch {@link Values#SCRATCH} bytes, aligned to 8
     * @return {@link #NONE} if all are taken
     */
    static SpareTensor take(Api api, ElementType type, Shape shape, MemorySegment scratch) {
        int first = (int) (Thread.currentThread().threadId() % THREADS) * A_THREAD;
        var other = NONE;
        for (int i = first; i < first + A_THREAD; i++) {
            var spare = ALL[i];
            if (spare == null) {
                spare = new SpareTensor(Arena.global().allocate(BYTES, Tensor.ALIGNMENT));
                ALL[i] = spare;
                return spare.as(api, type, shape, scratch);
            }
            if (spare.is(type, shape)) {
                if (spare.state.compareAndSet(FREE, BUSY)) {
                    return spare.as(api, type, shape, scratch);
                }
            } else if (spare.state.getPlain() == FREE) {
                other = spare;
            }
        }
        return other != NONE && other.state.compareAndSet(FREE, BUSY) ? other.as(api, type, shape, scratch) : NONE;
    }

    private boolean is(ElementType type, Shape other) {
        return elementType == type && (shape == other || shape.equals(other));
    }

    /** This one, which the caller has taken, with the type and shape wanted. */
    private SpareTensor as(Api api, ElementType type, Shape wanted, MemorySegment scratch) {
        if (!is(type, wanted)) {
            long old = pointer;
            try {
                pointer = api.createTensor(type, wanted, memory.address(), scratch);
            } catch (RuntimeException | Error e) {
                giveBack();
                throw e;
            }
            elementType = type;
            shape = wanted;
            if (old != 0) {
                api.releaseValue(old);
            }
        }
        return this;
    }

    /** Gives back this one alone. */
    void giveBack() {
        state.setRelease(FREE);
    }

    /** Gives this one and those behind it back; nobody may use their memory any more. */
    void giveAllBack() {
        var spare = this;
        while (spare != NONE) {
            // Read first: another thread may take it at once.
            var after = spare.next;
            spare.giveBack();
            spare = after;
        }
    }

    /** Puts this one, just taken, in front of others that the same run took, so that they are given back together. */
    SpareTensor before(SpareTensor others) {
        if (next != others) {
            next = others;
        }
        return this;
    }

    /** That one of this and those behind it whose {@code OrtValue} is at {@code address}; {@link #NONE} if none is. */
    SpareTensor find(long address) {
        var spare = this;
        while (spare != NONE && spare.pointer != address) {
            spare = spare.next;
        }
        return spare;
    }

    /** This one as it is seen from outside, where it can be used as long as {@code arena} is open. */
    Tensor tensor(Arena arena) {
        return Tensor.over(arena, pointer, memory.address(), elementType, shape);
    }

    /** The memory, larger than the tensor; never freed. */
    MemorySegment memory() {
        return memory;
    }

    /** The address of the {@code OrtValue}; never 0 but in {@link #NONE}. */
    long pointer() {
        return pointer;
    }
}
