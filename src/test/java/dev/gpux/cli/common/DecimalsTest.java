package dev.gpux.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Held against {@link String#format}, whose place it takes. */
class DecimalsTest {
    private static final int NUMBERS = 20_000;

    @ParameterizedTest
    @CsvSource({"0, 0", "-0.0, 0", "1, 1", "-3, -3", "2.5, 2.5", "-0.0356769, -0.0356769", "1.5e-9, 1.50000e-09",
        "0.09003057, 0.0900306", "0.99999999, 1", "9.9999999, 10", "99999.97, 100000", "999999.7, 1.00000e+06",
        "123456.7, 123457", "1e20, 1.00000e+20", "0.0001, 0.0001", "0.00012345678, 0.000123457", "NaN, NaN",
        "Infinity, Infinity"})
    void sixDigits(double number, String text) {
        assertEquals(text, Decimals.sixDigits(number));
    }

    @ParameterizedTest
    @CsvSource({"1, 1.000", "-0.1626114, -0.1626", "0.00207391, 0.002074", "9.9996, 10.00", "0.99996, 1.000",
        "999.96, 1000", "9999.7, 1.000e+04", "0, 0.000", "0.00001, 1.000e-05", "1234.5, 1235", "NaN, NaN"})
    void fourDigits(double number, String text) {
        assertEquals(text, Decimals.fourDigits(number));
        assertEquals(text, String.format(Locale.ROOT, "%.4g", number));
    }

    @Test
    void anyNumberHasTheDigitsOfTheFormat() {
        var random = new Random(1);
        for (int i = 0; i < NUMBERS; i++) {
            double number = random.nextGaussian() * Math.pow(10, random.nextInt(-6, 8));
            assertEquals(Double.parseDouble(String.format(Locale.ROOT, "%.6g", number)),
                Double.parseDouble(Decimals.sixDigits(number)), () -> "of " + number);
            assertEquals(String.format(Locale.ROOT, "%.4g", number), Decimals.fourDigits(number), () -> "of " + number);
            int decimals = random.nextInt(5);
            assertEquals(String.format(Locale.ROOT, "%." + decimals + "f", Math.abs(number)),
                Decimals.fixed(Math.abs(number), decimals), () -> "of " + number);
        }
    }
}
