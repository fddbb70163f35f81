package dev.gpux.pipeline.text;

import java.util.Arrays;

/** A growable, reusable array of int. */
final class Ints {
    private int[] values = new int[64];
    private int size;

    int size() {
        return size;
    }

    int get(int index) {
        return values[index];
    }

    void clear() {
        size = 0;
    }

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, Growth.capacity(size, size + 1));
        }
        values[size++] = value;
    }

    void addAll(Ints other) {
        reserve(other.size);
        System.arraycopy(other.values, 0, values, size, other.size);
        size += other.size;
    }

    void addRepeated(int value, int count) {
        reserve(count);
        Arrays.fill(values, size, size + count, value);
        size += count;
    }

    void truncate(int length) {
        size = length;
    }

    void keepLast(int length) {
        System.arraycopy(values, size - length, values, 0, length);
        size = length;
    }

    int[] copy(int from, int to) {
        return Arrays.copyOfRange(values, from, to);
    }

    private void reserve(int more) {
        if (more > values.length - size) {
            values = Arrays.copyOf(values, Growth.capacity(values.length, (long) size + more));
        }
    }
}
