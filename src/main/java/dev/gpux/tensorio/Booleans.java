package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** In C++, a {@code bool} that is neither 0 nor 1 has no defined behaviour; so none reaches ORT. */
final class Booleans {
    private static final long ONES = 0x0101_0101_0101_0101L;

    private Booleans() { }

    static void require(MemorySegment bytes) {
        long words = bytes.byteSize() & -8L;
        for (long i = 0; i < words; i += 8) {
            if ((bytes.get(JAVA_LONG_UNALIGNED, i) & ~ONES) != 0) {
                search(bytes, i);
            }
        }
        search(bytes, words);
    }

    private static void search(MemorySegment bytes, long from) {
        for (long i = from; i < bytes.byteSize(); i++) {
            int value = bytes.get(JAVA_BYTE, i) & 0xFF;
            if (value > 1) {
                throw new TensorFormatException("element " + i, value + " is not a bool (0 or 1)", null);
            }
        }
    }
}
