package dev.gpux.ort;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The shape of a tensor: the size of each dimension, none of them negative; a scalar has none. Immutable. */
public final class Shape {
    /** The shape of a scalar. */
    public static final Shape SCALAR = new Shape(new long[0]);

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
        return sizes.length == 0 ? SCALAR : owning(sizes.clone());
    }

    /** As {@link #of}, without a copy: the caller gives the array away. */
    static Shape owning(long[] sizes) {
        long elements = 1;
        for (long size : sizes) {
            if (size < 0) {
                throw new TensorException("a dimension cannot be negative: " + Arrays.toString(sizes));
            }
            long high = Math.multiplyHigh(elements, size);
            elements *= size;
            if (high != 0 || elements < 0) {
                throw new TensorException("more elements than 63 bits can count: " + Arrays.toString(sizes));
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

    /** Whether this shape has exactly these sizes; allocates nothing. */
    boolean hasSizes(MemorySegment other, int rank) {
        if (rank != sizes.length) {
            return false;
        }
        for (int i = 0; i < rank; i++) {
            if (other.getAtIndex(ValueLayout.JAVA_LONG, i) != sizes[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that && Arrays.equals(sizes, that.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** {@code [1, 3, 224, 224]}; {@code []} for a scalar. */
    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
