package dev.gpux.spark;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Float16;
import dev.gpux.ort.Tensor;
import java.lang.foreign.MemorySegment;

/** The elements of a tensor, one by one, as Spark's numbers. */
final class Elements {
    private final ElementType type;
    private final MemorySegment memory;
    private final int count;

    Elements(Tensor tensor) {
        type = tensor.elementType();
        memory = tensor.segment();
        count = Math.toIntExact(tensor.shape().elements());
    }

    /** An array of the next type that holds all values of this one. */
    Object widened() {
        return switch (type) {
            case UINT8 -> {
                var numbers = new short[count];
                for (int i = 0; i < count; i++) {
                    numbers[i] = (short) Byte.toUnsignedInt(memory.get(JAVA_BYTE, i));
                }
                yield numbers;
            }
            case INT16 -> memory.toArray(JAVA_SHORT);
            case UINT16 -> {
                var numbers = new int[count];
                for (int i = 0; i < count; i++) {
                    numbers[i] = Short.toUnsignedInt(memory.getAtIndex(JAVA_SHORT, i));
                }
                yield numbers;
            }
            case UINT32 -> {
                var numbers = new long[count];
                for (int i = 0; i < count; i++) {
                    numbers[i] = Integer.toUnsignedLong(memory.getAtIndex(JAVA_INT, i));
                }
                yield numbers;
            }
            case BOOL -> {
                var flags = new boolean[count];
                for (int i = 0; i < count; i++) {
                    flags[i] = memory.get(JAVA_BYTE, i) != 0;
                }
                yield flags;
            }
            default -> throw new ModelUnusableException("outputs of type " + type + " have no column type");
        };
    }

    /**
     * Writes one number.
     *
     * @throws ModelUnusableException if it is not a value of the tensor's type
     */
    void set(long index, Number value) {
        switch (type) {
            case FLOAT32 -> memory.setAtIndex(JAVA_FLOAT, index, value.floatValue());
            case FLOAT64 -> memory.setAtIndex(JAVA_DOUBLE, index, value.doubleValue());
            case FLOAT16 -> memory.setAtIndex(JAVA_SHORT, index, Float16.toFloat16(value.floatValue()));
            case BFLOAT16 -> memory.setAtIndex(JAVA_SHORT, index, Float16.toBfloat16(value.floatValue()));
            case INT64 -> memory.setAtIndex(JAVA_LONG, index, whole(value, Long.MIN_VALUE, Long.MAX_VALUE));
            case INT32 -> memory.setAtIndex(JAVA_INT, index, (int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT32 -> memory.setAtIndex(JAVA_INT, index, (int) whole(value, 0, 0xFFFF_FFFFL));
            case INT16 -> memory.setAtIndex(JAVA_SHORT, index, (short) whole(value, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT16 -> memory.setAtIndex(JAVA_SHORT, index, (short) whole(value, 0, 0xFFFF));
            case INT8 -> memory.set(JAVA_BYTE, index, (byte) whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT8 -> memory.set(JAVA_BYTE, index, (byte) whole(value, 0, 0xFF));
            case BOOL -> memory.set(JAVA_BYTE, index, (byte) whole(value, 0, 1));
            default -> throw new ModelUnusableException("inputs of type " + type + " cannot be read from a column");
        }
    }

    private long whole(Number value, long min, long max) {
        long number = value.longValue();
        if (value instanceof Float || value instanceof Double) {
            if (number != value.doubleValue()) {
                throw new ModelUnusableException(value + " is not a value of " + type);
            }
        }
        if (number < min || number > max) {
            throw new ModelUnusableException(value + " is not a value of " + type);
        }
        return number;
    }
}
