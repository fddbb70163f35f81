package dev.gpux.ort;

/** Conversions between {@code float32} and the 16-bit floating-point types, which Java has no number for. */
public final class Float16 {
    private Float16() { }

    /** The {@code float32} with the value of the {@code float16} with these bits; exact. */
    public static float fromFloat16(short bits) {
        return Float.float16ToFloat(bits);
    }

    /** The bits of the {@code float16} nearest to {@code value}, ties to even; too large a value becomes infinite. */
    public static short toFloat16(float value) {
        return Float.floatToFloat16(value);
    }

    /** The {@code float32} with the value of the {@code bfloat16} with these bits; exact. */
    public static float fromBfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The bits of the {@code bfloat16} nearest to {@code value}, ties to even. */
    public static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            // Rounding could carry a NaN's payload away and leave an infinity: keep it quiet instead.
            return (short) ((bits >>> 16) | 0x40);
        }
        int tie = (bits >>> 16) & 1;
        return (short) ((bits + 0x7FFF + tie) >>> 16);
    }
}
