package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Brings elements into row-major order and native byte order. */
final class ElementLayout {
    private ElementLayout() { }

    /**
     * Copies words of {@code wordSize} bytes, reversing their bytes if {@code order} is not the native one.
     *
     * @param wordSize 1, 2, 4 or 8
     */
    static void copy(MemorySegment source, ByteOrder order, int wordSize, MemorySegment target) {
        var from = word(wordSize).withOrder(order);
        var to = word(wordSize);
        MemorySegment.copy(source, from, 0, target, to, 0, source.byteSize() / wordSize);
    }

    private static ValueLayout word(int size) {
        return switch (size) {
            case 1 -> JAVA_BYTE;
            case 2 -> JAVA_SHORT_UNALIGNED;
            case 4 -> JAVA_INT_UNALIGNED;
            default -> JAVA_LONG_UNALIGNED;
        };
    }

    /** Copies an array whose first index runs fastest into one whose last does; the items are {@code size} bytes. */
    static void transpose(MemorySegment source, long[] shape, long size, MemorySegment target) {
        var strides = new long[shape.length];
        long stride = size;
        for (int i = 0; i < shape.length; i++) {
            strides[i] = stride;
            stride *= shape[i];
        }
        int last = shape.length - 1;
        var index = new long[shape.length];
        long from = 0;
        for (long to = 0; to < target.byteSize();) {
            for (long i = 0, at = from; i < shape[last]; i++, at += strides[last], to += size) {
                item(source, at, target, to, size);
            }
            for (int axis = last - 1; axis >= 0; axis--) {
                from += strides[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                from -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
    }

    private static void item(MemorySegment source, long from, MemorySegment target, long to, long size) {
        if (size == 4) {
            target.set(JAVA_INT_UNALIGNED, to, source.get(JAVA_INT_UNALIGNED, from));
        } else if (size == 8) {
            target.set(JAVA_LONG_UNALIGNED, to, source.get(JAVA_LONG_UNALIGNED, from));
        } else if (size == 2) {
            target.set(JAVA_SHORT_UNALIGNED, to, source.get(JAVA_SHORT_UNALIGNED, from));
        } else if (size == 1) {
            target.set(JAVA_BYTE, to, source.get(JAVA_BYTE, from));
        } else {
            MemorySegment.copy(source, from, target, to, size);
        }
    }
}
