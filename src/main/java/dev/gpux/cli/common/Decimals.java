package dev.gpux.cli.common;

import java.util.Locale;

/**
 * Numbers as people read them. {@link String#format} says the same, but first looks for the locale's symbols, which
 * costs a start milliseconds.
 */
public final class Decimals {
    private static final int DIGITS = 6;
    private static final int FEW_DIGITS = 4;
    private static final double LEAST = 1e-4;
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};
    /** From here on a long cannot hold a number with two decimals that {@link #fixed} may be asked for. */
    private static final double MOST_FIXED = 1e12;

    private Decimals() { }

    /** Six digits, without zeros at the end: {@code 2.5}, {@code -0.0356769}, {@code 1.5e-09}. */
    public static String sixDigits(double number) {
        double size = Math.abs(number);
        if (number == Math.rint(number) && size < POWERS[DIGITS]) {
            return String.valueOf((long) number);
        }
        if (!(size >= LEAST && size < POWERS[DIGITS] - 1)) {
            return String.format(Locale.ROOT, "%.6g", number);
        }
        int decimals = decimals(size, DIGITS);
        var text = fixed(number, decimals);
        return decimals > 0 ? withoutZeros(text) : text;
    }

    /** Four digits, all of them: {@code 0.002074}, {@code -0.1626}, {@code 1.000}, {@code 1.500e-09}. */
    public static String fourDigits(double number) {
        double size = Math.abs(number);
        if (!(size >= LEAST && size < POWERS[FEW_DIGITS] - 1)) {
            return String.format(Locale.ROOT, "%.4g", number);
        }
        int decimals = decimals(size, FEW_DIGITS);
        // Rounded up, it may have a digit more before the point.
        boolean longer = Math.floor(size * POWERS[decimals] + 0.5) >= POWERS[FEW_DIGITS];
        return fixed(number, longer ? decimals - 1 : decimals);
    }

    /** So many decimals give so many digits of a number between {@link #LEAST} and that power of ten. */
    private static int decimals(double size, int digits) {
        int decimals = digits;
        while (decimals > 0 && size >= POWERS[digits - decimals]) {
            decimals--;
        }
        return decimals + small(size);
    }

    /** How many zeros follow the point. */
    private static int small(double size) {
        int zeros = 0;
        while (size * POWERS[zeros + 1] < 1) {
            zeros++;
        }
        return zeros;
    }

    private static String withoutZeros(String text) {
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }

    /** With so many decimals, at most ten; halves are rounded away from zero. */
    public static String fixed(double number, int decimals) {
        double size = Math.abs(number);
        if (!(size < MOST_FIXED / POWERS[Math.max(0, decimals - 2)])) {
            return String.format(Locale.ROOT, "%." + decimals + "f", number);
        }
        long scaled = (long) Math.floor(size * POWERS[decimals] + 0.5);
        long unit = (long) POWERS[decimals];
        var text = new StringBuilder(number < 0 ? "-" : "").append(scaled / unit);
        if (decimals > 0) {
            var fraction = String.valueOf(unit + scaled % unit);
            text.append('.').append(fraction, 1, fraction.length());
        }
        return text.toString();
    }
}
