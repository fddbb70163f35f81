package dev.gpux.pipeline.number;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Float16;
import java.lang.foreign.MemorySegment;

/** Single elements of tensors of real numbers. */
public final class Elements {
    private Elements() { }

    /** Whether this class reads and writes elements of the type: bool, integers of 8 to 64 bits, floats of 16 to 64. */
    public static boolean are(ElementType type) {
        return switch (type) {
            case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> true;
            default -> isWhole(type);
        };
    }

    /** Whether the type is bool or an integer of 8 to 64 bits. */
    public static boolean isWhole(ElementType type) {
        return switch (type) {
            case BOOL, UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
            default -> false;
        };
    }

    /** An element as a number; one of 64 bits that a double does not have becomes the nearest. */
    public static double get(MemorySegment data, ElementType type, long index) {
        return switch (type) {
            case FLOAT32 -> data.getAtIndex(JAVA_FLOAT, index);
            case FLOAT64 -> data.getAtIndex(JAVA_DOUBLE, index);
            case FLOAT16 -> Float16.fromFloat16(data.getAtIndex(JAVA_SHORT, index));
            case BFLOAT16 -> Float16.fromBfloat16(data.getAtIndex(JAVA_SHORT, index));
            case UINT64 -> unsigned(data.getAtIndex(JAVA_LONG, index));
            default -> whole(data, type, index);
        };
    }

    /** An element of an integer type; of uint64, its bits. */
    public static long whole(MemorySegment data, ElementType type, long index) {
        return switch (type) {
            case BOOL, UINT8 -> Byte.toUnsignedLong(data.get(JAVA_BYTE, index));
            case INT8 -> data.get(JAVA_BYTE, index);
            case UINT16 -> Short.toUnsignedLong(data.getAtIndex(JAVA_SHORT, index));
            case INT16 -> data.getAtIndex(JAVA_SHORT, index);
            case UINT32 -> Integer.toUnsignedLong(data.getAtIndex(JAVA_INT, index));
            case INT32 -> data.getAtIndex(JAVA_INT, index);
            case INT64, UINT64 -> data.getAtIndex(JAVA_LONG, index);
            default -> throw new IllegalArgumentException(type + " is no integer type");
        };
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
    }

    /**
     * Sets an element: floats are rounded to the nearest; integers too, ties to even, and what is beyond their range
     * becomes the end of it; a bool is whether the number is not 0.
     */
    public static void set(MemorySegment data, ElementType type, long index, double value) {
        switch (type) {
            case FLOAT32 -> data.setAtIndex(JAVA_FLOAT, index, (float) value);
            case FLOAT64 -> data.setAtIndex(JAVA_DOUBLE, index, value);
            case FLOAT16 -> data.setAtIndex(JAVA_SHORT, index, Float16.toFloat16((float) value));
            case BFLOAT16 -> data.setAtIndex(JAVA_SHORT, index, Float16.toBfloat16((float) value));
            case BOOL -> data.set(JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
            case UINT64 -> data.setAtIndex(JAVA_LONG, index, toUnsigned(Math.rint(value)));
            default -> setWhole(data, type, index, (long) Math.rint(value));
        }
    }

    private static long toUnsigned(double value) {
        double half = 0x1p63;
        return value < half ? Math.max(0, (long) value) : value >= 2 * half ? -1L : (long) (value - half) ^ Long.MIN_VALUE;
    }

    /** Sets an element of an integer type; what is beyond its range becomes the end of it. */
    public static void setWhole(MemorySegment data, ElementType type, long index, long value) {
        switch (type) {
            case BOOL -> data.set(JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
            case UINT8 -> data.set(JAVA_BYTE, index, (byte) Math.clamp(value, 0, 0xFF));
            case INT8 -> data.set(JAVA_BYTE, index, (byte) Math.clamp(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT16 -> data.setAtIndex(JAVA_SHORT, index, (short) Math.clamp(value, 0, 0xFFFF));
            case INT16 ->
                data.setAtIndex(JAVA_SHORT, index, (short) Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT32 -> data.setAtIndex(JAVA_INT, index, (int) Math.clamp(value, 0L, 0xFFFF_FFFFL));
            case INT32 ->
                data.setAtIndex(JAVA_INT, index, Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case INT64 -> data.setAtIndex(JAVA_LONG, index, value);
            case UINT64 -> data.setAtIndex(JAVA_LONG, index, Math.max(0, value));
            default -> throw new IllegalArgumentException(type + " is no integer type");
        }
    }
}
