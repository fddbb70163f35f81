package dev.gpux.cli.common;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.gpux.ort.Float16;
import dev.gpux.ort.Tensor;
import java.util.Locale;

/** Single elements of tensors, to be shown. */
public final class Elements {
    private Elements() { }

    /** Element {@code index} of a floating-point tensor of 16, 32 or 64 bits; NaN for types Java has no number for. */
    public static double number(Tensor tensor, long index) {
        var data = tensor.segment();
        return switch (tensor.elementType()) {
            case FLOAT32 -> data.getAtIndex(JAVA_FLOAT, index);
            case FLOAT64 -> data.getAtIndex(JAVA_DOUBLE, index);
            case FLOAT16 -> Float16.fromFloat16(data.getAtIndex(JAVA_SHORT, index));
            case BFLOAT16 -> Float16.fromBfloat16(data.getAtIndex(JAVA_SHORT, index));
            default -> Double.NaN;
        };
    }

    /** Element {@code index} as people write it. */
    public static String text(Tensor tensor, long index) {
        return switch (tensor.elementType()) {
            case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> Decimals.sixDigits(number(tensor, index));
            case STRING -> '"' + tensor.strings().get(Math.toIntExact(index)) + '"';
            case INT8 -> String.valueOf(tensor.segment().get(JAVA_BYTE, index));
            case UINT8 -> String.valueOf(Byte.toUnsignedInt(tensor.segment().get(JAVA_BYTE, index)));
            case BOOL -> String.valueOf(tensor.segment().get(JAVA_BYTE, index) != 0);
            case INT16 -> String.valueOf(tensor.segment().getAtIndex(JAVA_SHORT, index));
            case UINT16 -> String.valueOf(Short.toUnsignedInt(tensor.segment().getAtIndex(JAVA_SHORT, index)));
            case INT32 -> String.valueOf(tensor.segment().getAtIndex(JAVA_INT, index));
            case UINT32 -> Integer.toUnsignedString(tensor.segment().getAtIndex(JAVA_INT, index));
            case INT64 -> String.valueOf(tensor.segment().getAtIndex(JAVA_LONG, index));
            case UINT64 -> Long.toUnsignedString(tensor.segment().getAtIndex(JAVA_LONG, index));
            case COMPLEX64 -> complex(tensor.segment().getAtIndex(JAVA_FLOAT, 2 * index),
                tensor.segment().getAtIndex(JAVA_FLOAT, 2 * index + 1));
            case COMPLEX128 -> complex(tensor.segment().getAtIndex(JAVA_DOUBLE, 2 * index),
                tensor.segment().getAtIndex(JAVA_DOUBLE, 2 * index + 1));
            default -> bits(tensor, index);
        };
    }

    private static String complex(double real, double imaginary) {
        return String.format(Locale.ROOT, "%.6g%+.6gi", real, imaginary);
    }

    /** The raw bits of a type that Java has no number for. */
    private static String bits(Tensor tensor, long index) {
        int bits = tensor.elementType().bits();
        long at = index * bits;
        int value = (tensor.segment().get(JAVA_BYTE, at / 8) & 0xFF) >>> (at % 8) & ((1 << bits) - 1);
        return "0x" + Integer.toHexString(value);
    }
}
