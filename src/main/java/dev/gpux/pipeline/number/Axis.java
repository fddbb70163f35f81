package dev.gpux.pipeline.number;

import dev.gpux.ort.Shape;

/**
 * One dimension of a tensor, to be walked along: element {@code i} of line {@code (before, after)} is at index
 * {@code (before * length + i) * stride + after} with {@code before < outer} and {@code after < stride}.
 *
 * @param outer the product of the sizes before it
 * @param length its size
 * @param stride the product of the sizes behind it
 */
public record Axis(long outer, long length, long stride) {
    /** Dimension {@code axis} of a shape, from 0 or, counted from the last, from -1. */
    public static Axis of(Shape shape, int axis) {
        int index = Math.floorMod(axis, shape.rank());
        long outer = 1;
        long stride = 1;
        for (int i = 0; i < shape.rank(); i++) {
            outer *= i < index ? shape.size(i) : 1;
            stride *= i > index ? shape.size(i) : 1;
        }
        return new Axis(outer, shape.size(index), stride);
    }

    /** Whether a tensor of this rank has the axis. */
    public static boolean exists(int axis, int rank) {
        return axis >= -rank && axis < rank;
    }

    /** Where element {@code i} of a line is. */
    public long index(long before, long i, long after) {
        return (before * length + i) * stride + after;
    }
}
