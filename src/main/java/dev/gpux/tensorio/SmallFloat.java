package dev.gpux.tensorio;

import dev.gpux.ort.ElementType;
import java.util.Arrays;

/**
 * The 8- and 4-bit floating-point types, which neither Java nor {@code dev.gpux.ort} has numbers for.
 *
 * <p>Sources: ONNX, "Float stored in 8 bits" (the {@code E4M3} and {@code E5M2} types), "Float stored in 4 bits"
 * ({@code E2M1}); OCP Microscaling Formats 1.0 ({@code E8M0}). With so few values a table of all of them is the
 * simplest codec.
 */
enum SmallFloat {
    E4M3FN(ElementType.FLOAT8E4M3FN, 4, 3, 7),
    E4M3FNUZ(ElementType.FLOAT8E4M3FNUZ, 4, 3, 8),
    E5M2(ElementType.FLOAT8E5M2, 5, 2, 15),
    E5M2FNUZ(ElementType.FLOAT8E5M2FNUZ, 5, 2, 16),
    E8M0(ElementType.FLOAT8E8M0, 8, 0, 127),
    E2M1(ElementType.FLOAT4E2M1, 2, 1, 1);

    private static final SmallFloat[] ALL = values();

    private final ElementType type;
    private final int exponentBits;
    private final int mantissaBits;
    private final int bias;
    /** The value of each code. */
    private final float[] values;
    /** The finite values that are not negative, ascending: those of the codes from 0 on. */
    private final double[] ascending;

    SmallFloat(ElementType type, int exponentBits, int mantissaBits, int bias) {
        this.type = type;
        this.exponentBits = exponentBits;
        this.mantissaBits = mantissaBits;
        this.bias = bias;
        this.values = new float[1 << type.bits()];
        for (int code = 0; code < values.length; code++) {
            values[code] = valueOf(code);
        }
        int finite = 0;
        while (finite < half() && Float.isFinite(values[finite])) {
            finite++;
        }
        this.ascending = new double[finite];
        for (int code = 0; code < finite; code++) {
            ascending[code] = values[code];
        }
    }

    private boolean isSigned() {
        return this != E8M0;
    }

    private float valueOf(int code) {
        int magnitude = code & half() - 1;
        boolean negative = magnitude != code;
        int exponent = magnitude >> mantissaBits;
        int mantissa = magnitude & (1 << mantissaBits) - 1;
        int top = (1 << exponentBits) - 1;
        switch (this) {
            case E4M3FN -> {
                if (exponent == top && mantissa == 7) {
                    return Float.NaN;
                }
            }
            case E4M3FNUZ, E5M2FNUZ -> {
                if (negative && magnitude == 0) {
                    return Float.NaN;
                }
            }
            case E5M2 -> {
                if (exponent == top) {
                    return mantissa != 0 ? Float.NaN
                        : negative ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
                }
            }
            case E8M0 -> {
                return exponent == top ? Float.NaN : Math.scalb(1f, exponent - bias);
            }
            case E2M1 -> { }
        }
        float value = exponent == 0
            ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
            : Math.scalb((float) (mantissa + (1 << mantissaBits)), exponent - bias - mantissaBits);
        return negative ? -value : value;
    }

    /** The codec of {@code type}, which must be a floating-point type of 8 bits or less. */
    static SmallFloat of(ElementType type) {
        for (var candidate : ALL) {
            if (candidate.type == type) {
                return candidate;
            }
        }
        throw new IllegalArgumentException(type + " is not a float of 8 bits or less");
    }

    /** The value with these bits; exact. */
    float decode(int bits) {
        return values[bits & values.length - 1];
    }

    /** The largest finite value. */
    float max() {
        return (float) ascending[ascending.length - 1];
    }

    /** What no value can be below: zero for a type without sign. */
    float min() {
        return isSigned() ? -max() : (float) ascending[0];
    }

    /**
     * The bits of the value nearest to {@code value}, ties to the even code; -1 if it does not fit: beyond the finite
     * range after rounding, or NaN or an infinity where the type has none.
     */
    int encode(double value) {
        if (!Double.isFinite(value)) {
            return codeOf((float) value);
        }
        double magnitude = Math.abs(value);
        boolean negative = Double.doubleToRawLongBits(value) < 0;
        if (!isSigned() && (negative || magnitude == 0)) {
            return -1;
        }
        int code = nearest(magnitude);
        if (code < 0 || !negative) {
            return code;
        }
        boolean oneZero = this == E4M3FNUZ || this == E5M2FNUZ;
        return code == 0 && oneZero ? 0 : code | half();
    }

    /** The bits of NaN or an infinity, the positive ones first; -1 where the type has none. */
    private int codeOf(float special) {
        int last = values.length - 1;
        for (int i = 0; i <= last; i++) {
            int code = half() - 1 - i & last;
            if (Float.compare(values[code], special) == 0) {
                return code;
            }
        }
        return -1;
    }

    private int nearest(double magnitude) {
        int last = ascending.length - 1;
        if (magnitude > ascending[last]) {
            // Half a step beyond the largest value is where rounding would leave the range.
            double half = (ascending[last] - ascending[last - 1]) / 2;
            return magnitude < ascending[last] + half ? last : -1;
        }
        int at = Arrays.binarySearch(ascending, magnitude);
        if (at >= 0 || at == -1) {
            return Math.max(at, 0);
        }
        int above = -at - 1;
        int below = above - 1;
        double down = magnitude - ascending[below];
        double up = ascending[above] - magnitude;
        return down < up || down == up && (below & 1) == 0 ? below : above;
    }

    /** The number of codes without the sign bit. */
    private int half() {
        return 1 << exponentBits + mantissaBits;
    }
}
