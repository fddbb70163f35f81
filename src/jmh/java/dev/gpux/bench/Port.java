package dev.gpux.bench;

import java.util.Arrays;

/**
 * An input or output of a workload.
 *
 * @param isLong int64; else float32
 */
record Port(String name, boolean isLong, long... shape) {
    static Port floats(String name, long... shape) {
        return new Port(name, false, shape);
    }

    static Port longs(String name, long... shape) {
        return new Port(name, true, shape);
    }

    int elements() {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }

    /** What the inputs of every caller hold. */
    float[] someFloats() {
        var numbers = new float[elements()];
        Arrays.fill(numbers, 0.5f);
        return numbers;
    }

    /** What the inputs of every caller hold: a token id, a mask and a token type all may be 1. */
    long[] someLongs() {
        var numbers = new long[elements()];
        Arrays.fill(numbers, 1);
        return numbers;
    }

    /** In the form that {@code floor.c} takes. */
    String argument(String kind) {
        var sizes = Arrays.toString(shape).replaceAll("[\\[\\] ]", "");
        return kind + ":" + name + ":" + (isLong ? "int64" : "float32") + ":" + sizes;
    }
}
