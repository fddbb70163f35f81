package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Float16;
import java.lang.foreign.MemorySegment;

/**
 * Conversions between element types that keep every value of the narrower type exactly: int32 to int64, uint8 to
 * float32, float32 to float64. Anything that could change a value is left to the person who has the data.
 */
final class Widening {
    private Widening() { }

    /** Whether every value of {@code from} is a value of {@code to}, and the two differ. */
    static boolean isLossless(ElementType from, ElementType to) {
        if (from == to) {
            return false;
        }
        int target = significantBits(to);
        return switch (from) {
            case BOOL -> target > 0;
            case UINT8, UINT16, UINT32 -> target > from.bits() || target == from.bits() && to.isFloat();
            // The most negative value is a power of two, so a float needs one bit less than an integer.
            case INT8, INT16, INT32 -> isSigned(to) && target >= from.bits() - 1;
            case FLOAT16, BFLOAT16 -> to == ElementType.FLOAT32 || to == ElementType.FLOAT64;
            case FLOAT32 -> to == ElementType.FLOAT64;
            default -> false;
        };
    }

    /** The largest n for which all integers below 2^n are exact; 0 for types that nothing is widened to. */
    private static int significantBits(ElementType type) {
        return switch (type) {
            case UINT8, UINT16, UINT32, UINT64 -> type.bits();
            case INT8, INT16, INT32, INT64 -> type.bits() - 1;
            case BFLOAT16 -> 8;
            case FLOAT16 -> 11;
            case FLOAT32 -> 24;
            case FLOAT64 -> 53;
            default -> 0;
        };
    }

    private static boolean isSigned(ElementType type) {
        return switch (type) {
            case INT8, INT16, INT32, INT64, BFLOAT16, FLOAT16, FLOAT32, FLOAT64 -> true;
            default -> false;
        };
    }

    /** Converts {@code count} row-major elements in native byte order; {@link #isLossless} must hold. */
    static void convert(MemorySegment source, ElementType from, MemorySegment target, ElementType to, long count) {
        if (from.isFloat()) {
            for (long i = 0; i < count; i++) {
                putFloat(target, to, i, floatAt(source, from, i));
            }
        } else {
            for (long i = 0; i < count; i++) {
                putLong(target, to, i, longAt(source, from, i));
            }
        }
    }

    private static float floatAt(MemorySegment source, ElementType from, long index) {
        return switch (from) {
            case FLOAT32 -> source.get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
            case FLOAT16 -> Float16.fromFloat16(source.get(JAVA_SHORT_UNALIGNED, index * Short.BYTES));
            default -> Float16.fromBfloat16(source.get(JAVA_SHORT_UNALIGNED, index * Short.BYTES));
        };
    }

    private static long longAt(MemorySegment source, ElementType from, long index) {
        return switch (from) {
            case UINT8, BOOL -> source.get(JAVA_BYTE, index) & 0xFFL;
            case INT8 -> source.get(JAVA_BYTE, index);
            case UINT16 -> source.get(JAVA_SHORT_UNALIGNED, index * Short.BYTES) & 0xFFFFL;
            case INT16 -> source.get(JAVA_SHORT_UNALIGNED, index * Short.BYTES);
            case UINT32 -> source.get(JAVA_INT_UNALIGNED, index * Integer.BYTES) & 0xFFFF_FFFFL;
            default -> source.get(JAVA_INT_UNALIGNED, index * Integer.BYTES);
        };
    }

    private static void putFloat(MemorySegment target, ElementType to, long index, float value) {
        if (to == ElementType.FLOAT32) {
            target.setAtIndex(JAVA_FLOAT, index, value);
        } else {
            target.setAtIndex(JAVA_DOUBLE, index, value);
        }
    }

    private static void putLong(MemorySegment target, ElementType to, long index, long value) {
        switch (to) {
            case INT8, UINT8 -> target.set(JAVA_BYTE, index, (byte) value);
            case INT16, UINT16 -> target.setAtIndex(JAVA_SHORT, index, (short) value);
            case INT32, UINT32 -> target.setAtIndex(JAVA_INT, index, (int) value);
            case FLOAT16 -> target.setAtIndex(JAVA_SHORT, index, Float16.toFloat16(value));
            case BFLOAT16 -> target.setAtIndex(JAVA_SHORT, index, Float16.toBfloat16(value));
            case FLOAT32 -> target.setAtIndex(JAVA_FLOAT, index, value);
            case FLOAT64 -> target.setAtIndex(JAVA_DOUBLE, index, value);
            default -> target.setAtIndex(JAVA_LONG, index, value);
        }
    }
}
