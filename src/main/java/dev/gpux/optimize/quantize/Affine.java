package dev.gpux.optimize.quantize;

/**
 * How real numbers map to integers: {@code q = clamp(round(x / scale) + zeroPoint, low, high)}, ties to even.
 *
 * @param scale the distance of two neighbours, above 0
 * @param zeroPoint the integer that means 0
 * @param low the smallest integer
 * @param high the largest integer
 */
public record Affine(float scale, int zeroPoint, int low, int high) {
    /**
     * Integers on both sides of 0, and 0 means 0.
     *
     * @param largest the largest absolute value
     * @param high the largest integer; the smallest is {@code -high}
     */
    public static Affine symmetric(float largest, int high) {
        return new Affine(positive(largest / high), 0, -high, high);
    }

    /**
     * Integers from {@code low} to {@code high} for numbers between {@code min} and {@code max}; 0 is always among them
     * and comes back as exactly 0.
     */
    public static Affine asymmetric(float min, float max, int low, int high) {
        float from = Math.min(min, 0);
        float to = Math.max(max, 0);
        // In double: the difference of two large floats may overflow.
        float scale = positive((float) (((double) to - from) / (high - low)));
        int zeroPoint = (int) Math.clamp(Math.rint(low - (double) from / scale), low, high);
        return new Affine(scale, zeroPoint, low, high);
    }

    /** A scale that can be divided by: all-zero weights may have any, and ONNX Runtime divides by it. */
    private static float positive(float scale) {
        return scale >= Float.MIN_NORMAL && Float.isFinite(scale) ? scale : 1;
    }

    /** The integer for a number; one that is no number counts as 0. */
    public int quantize(float value) {
        return (int) Math.clamp(Math.rint((double) value / scale) + zeroPoint, low, high);
    }

    /** The number for an integer. */
    public float dequantize(int quantized) {
        return (quantized - zeroPoint) * scale;
    }
}
