package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.gpux.ort.ElementType;
import java.lang.foreign.MemorySegment;

/**
 * Elements of 4 or 2 bits, as ONNX packs them: several a byte, the first in the lowest bits (onnx.proto,
 * {@code TensorProto.int32_data}), and as other formats have them: one a byte.
 */
final class PackedBits {
    private PackedBits() { }

    static boolean isPacked(ElementType type) {
        return type.bits() > 0 && type.bits() < 8;
    }

    /** The smallest value of an integer type of less than 8 bits. */
    static int min(ElementType type) {
        return switch (type) {
            case INT4 -> -8;
            case INT2 -> -2;
            default -> 0;
        };
    }

    /** The largest value of an integer type of less than 8 bits. */
    static int max(ElementType type) {
        return switch (type) {
            case INT4 -> 7;
            case INT2 -> 1;
            case UINT2 -> 3;
            default -> 15;
        };
    }

    /** Packs the low bits of {@code count} bytes. */
    static void pack(MemorySegment bytes, ElementType type, long count, MemorySegment packed) {
        int bits = type.bits();
        int each = 8 / bits;
        int mask = (1 << bits) - 1;
        for (long i = 0, to = 0; i < count; to++) {
            int all = 0;
            for (int k = 0; k < each && i < count; k++, i++) {
                all |= (bytes.get(JAVA_BYTE, i) & mask) << (k * bits);
            }
            packed.set(JAVA_BYTE, to, (byte) all);
        }
    }

    /** The element at {@code index}: its value for an integer type, its bits for a float. */
    static int get(MemorySegment packed, ElementType type, long index) {
        int bits = type.bits();
        int each = 8 / bits;
        int raw = packed.get(JAVA_BYTE, index / each) >> (int) (index % each) * bits & (1 << bits) - 1;
        return min(type) < 0 ? raw << 32 - bits >> 32 - bits : raw;
    }
}
