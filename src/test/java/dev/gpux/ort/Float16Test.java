package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;

/** Both 16-bit formats against arithmetic that knows nothing of how the conversions work: all bits there are. */
class Float16Test {

    /** The value that IEEE 754-2019 section 3.4 gives to these bits. */
    private static double value(int bits, int exponentBits, int fractionBits) {
        int exponent = (bits >> fractionBits) & ((1 << exponentBits) - 1);
        int fraction = bits & ((1 << fractionBits) - 1);
        int bias = (1 << (exponentBits - 1)) - 1;
        double sign = (bits & 0x8000) == 0 ? 1 : -1;
        if (exponent == (1 << exponentBits) - 1) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0
            ? sign * fraction * Math.pow(2, 1 - bias - fractionBits)
            : sign * (1 + fraction / (double) (1 << fractionBits)) * Math.pow(2, exponent - bias);
    }

    @Test
    void readsEveryFloat16() {
        for (int bits = 0; bits <= 0xFFFF; bits++) {
            assertEquals((float) value(bits, 5, 10), Float16.fromFloat16((short) bits), Integer.toHexString(bits));
        }
    }

    @Test
    void readsEveryBfloat16() {
        for (int bits = 0; bits <= 0xFFFF; bits++) {
            assertEquals((float) value(bits, 8, 7), Float16.fromBfloat16((short) bits), Integer.toHexString(bits));
        }
    }

    @Test
    void writesBackEveryFloat16() {
        for (int bits = 0; bits <= 0xFFFF; bits++) {
            float number = Float16.fromFloat16((short) bits);
            short back = Float16.toFloat16(number);
            assertTrue(back == (short) bits || Float.isNaN(number) && Float.isNaN(Float16.fromFloat16(back)),
                Integer.toHexString(bits));
        }
    }

    @Test
    void writesBackEveryBfloat16() {
        for (int bits = 0; bits <= 0xFFFF; bits++) {
            float number = Float16.fromBfloat16((short) bits);
            short back = Float16.toBfloat16(number);
            assertTrue(back == (short) bits || Float.isNaN(number) && Float.isNaN(Float16.fromBfloat16(back)),
                Integer.toHexString(bits));
        }
    }

    /** Between every two neighbours: just below the middle, the middle, just above it. */
    @Test
    void roundsToTheNearestAndTiesToEven() {
        for (int bits = 0; bits < 0x7C00; bits++) {
            roundsBetween(bits, 5, 10);
        }
        for (int bits = 0; bits < 0x7F80; bits++) {
            roundsBetween(bits, 8, 7);
        }
    }

    private static void roundsBetween(int bits, int exponentBits, int fractionBits) {
        int infinity = ((1 << exponentBits) - 1) << fractionBits;
        double low = value(bits, exponentBits, fractionBits);
        // The number after the largest one, if the exponent went on: what decides about infinity.
        double high = bits + 1 == infinity
            ? Math.pow(2, 1 << (exponentBits - 1)) : value(bits + 1, exponentBits, fractionBits);
        double middle = low + (high - low) / 2;
        float tie = (float) middle;
        assertEquals(middle, tie, "a float holds the middle");
        int even = bits % 2 == 0 ? bits : bits + 1;
        for (int sign : new int[] {0, 0x8000}) {
            float factor = sign == 0 ? 1 : -1;
            assertEquals((short) (sign | bits), write(factor * Math.nextDown(tie), fractionBits));
            assertEquals((short) (sign | even), write(factor * tie, fractionBits));
            assertEquals((short) (sign | bits + 1), write(factor * Math.nextUp(tie), fractionBits));
        }
    }

    private static short write(float number, int fractionBits) {
        return fractionBits == 10 ? Float16.toFloat16(number) : Float16.toBfloat16(number);
    }

    @Test
    void keepsNansNans() {
        // A NaN whose payload is in the low bits only becomes infinite where it is just cut off.
        for (int bits : new int[] {0x7F800001, 0xFF800001, 0x7FC00000, 0x7FFFFFFF, 0xFFFFFFFF}) {
            float nan = Float.intBitsToFloat(bits);
            assertTrue(Float.isNaN(Float16.fromBfloat16(Float16.toBfloat16(nan))), Integer.toHexString(bits));
            assertTrue(Float.isNaN(Float16.fromFloat16(Float16.toFloat16(nan))), Integer.toHexString(bits));
        }
    }

    /** The middle is also what exact decimal arithmetic calls a tie. */
    @Test
    void agreesWithExactArithmeticOnAnExample() {
        var third = BigDecimal.ONE.divide(BigDecimal.valueOf(3), 40, RoundingMode.HALF_EVEN);
        assertEquals((short) 0x3555, Float16.toFloat16(third.floatValue()));
        assertEquals((short) 0x3EAB, Float16.toBfloat16(third.floatValue()));
    }
}
