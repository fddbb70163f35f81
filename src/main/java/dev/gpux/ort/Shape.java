package dev.gpux.ort;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The shape of a tensor: the size of each dimension, none of them negative; a scalar has none. Immutable. */
public final class Shape {
    /** The shape of a scalar. */
    public static final Shape SCALAR = new Shape(new long[0]);
    private static final int MOST_SHOWN = 32;
    /**
     * Shapes met lately, by hash: a loop meets the same few, and then makes no object. Racing threads may lose an entry,
     * nothing else, since a shape is immutable.
     */
    private static final Shape[] RECENT = new Shape[64];

    static {
        Arrays.fill(RECENT, SCALAR);
    }

    private final long[] sizes;

    private Shape(long[] sizes) {
        this.sizes = sizes;
    }

    /**
     * The shape with these sizes.
     *
     * @throws TensorException if a size is negative or the number of elements does not fit 63 bits
     */
    public static Shape of(long... sizes) {
        if (sizes.length == 0) {
            return SCALAR;
        }
        int slot = 0;
        for (long size : sizes) {
            slot = slot(slot, size);
        }
        var recent = RECENT[slot];
        return Arrays.equals(recent.sizes, sizes) ? recent : (RECENT[slot] = checked(sizes.clone()));
    }

    /** The shape whose {@code rank} sizes lie at {@code address}, where ORT keeps them. */
    static Shape read(long address, int rank) {
        var sizes = MemorySegment.ofAddress(address).reinterpret((long) rank * Long.BYTES);
        int slot = 0;
        for (int i = 0; i < rank; i++) {
            slot = slot(slot, sizes.getAtIndex(ValueLayout.JAVA_LONG, i));
        }
        var recent = RECENT[slot];
        return recent.hasSizes(sizes) ? recent : of(sizes.toArray(ValueLayout.JAVA_LONG));
    }

    /** Whether this shape has the {@code rank} sizes that lie at {@code address}; allocates nothing. */
    boolean hasSizes(long address, int rank) {
        return hasSizes(MemorySegment.ofAddress(address).reinterpret((long) rank * Long.BYTES));
    }

    private boolean hasSizes(MemorySegment others) {
        if (others.byteSize() != (long) sizes.length * Long.BYTES) {
            return false;
        }
        for (int i = 0; i < sizes.length; i++) {
            if (others.getAtIndex(ValueLayout.JAVA_LONG, i) != sizes[i]) {
                return false;
            }
        }
        return true;
    }

    /** Puts the sizes into {@code memory}, from {@code offset} on, as ORT takes them. */
    void write(MemorySegment memory, long offset) {
        for (int i = 0; i < sizes.length; i++) {
            memory.set(ValueLayout.JAVA_LONG, offset + (long) i * Long.BYTES, sizes[i]);
        }
    }

    /** Goes on from the slot of the sizes before {@code size}. */
    private static int slot(int before, long size) {
        return 31 * before + Long.hashCode(size) & RECENT.length - 1;
    }

    private static Shape checked(long[] sizes) {
        long elements = 1;
        for (long size : sizes) {
            if (size < 0) {
                throw new TensorException("a dimension cannot be negative: " + text(sizes));
            }
            long high = Math.multiplyHigh(elements, size);
            elements *= size;
            if (high != 0 || elements < 0) {
                throw new TensorException("more elements than 63 bits can count: " + text(sizes));
            }
        }
        return new Shape(sizes);
    }

    /** The number of dimensions. */
    public int rank() {
        return sizes.length;
    }

    /** The size of dimension {@code axis}, counted from 0. */
    public long size(int axis) {
        return sizes[axis];
    }

    /** The number of elements: the product of the sizes, 1 for a scalar. */
    public long elements() {
        long elements = 1;
        for (long size : sizes) {
            elements *= size;
        }
        return elements;
    }

    /** The sizes, as a new array. */
    public long[] toArray() {
        return sizes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that && Arrays.equals(sizes, that.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** {@code [1, 3, 224, 224]}; {@code []} for a scalar; of more than 32 dimensions the first 32 and their number. */
    @Override
    public String toString() {
        return text(sizes);
    }

    /** A stranger's file may declare as many dimensions as it has room for, and messages repeat them. */
    private static String text(long[] sizes) {
        if (sizes.length <= MOST_SHOWN) {
            return Arrays.toString(sizes);
        }
        var shown = Arrays.toString(Arrays.copyOf(sizes, MOST_SHOWN));
        return shown.substring(0, shown.length() - 1) + ", …] of " + sizes.length + " dimensions";
    }
}
