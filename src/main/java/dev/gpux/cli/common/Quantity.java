package dev.gpux.cli.common;

import java.util.Locale;

/** Durations and sizes as people write them. */
public final class Quantity {
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Quantity() { }

    /**
     * Nanoseconds from {@code 250us}, {@code 5ms}, {@code 10s}, {@code 1m}.
     *
     * @param bare the unit of a number without one, in nanoseconds
     * @throws UsageException if it is no duration
     */
    public static double nanos(String text, String option, double bare) {
        var lower = text.strip().toLowerCase(Locale.ROOT);
        int end = lower.length();
        while (end > 0 && !Character.isDigit(lower.charAt(end - 1)) && lower.charAt(end - 1) != '.') {
            end--;
        }
        double unit = switch (lower.substring(end).strip()) {
            case "" -> bare;
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m", "min" -> 60e9;
            default -> Double.NaN;
        };
        double value = number(lower.substring(0, end)) * unit;
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new UsageException(option + " takes a duration such as 10s or 500ms, not '" + text + "'");
        }
        return value;
    }

    /** A decimal number; NaN if it is none. */
    public static double number(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** A duration for people: {@code 1.23 ms}. */
    public static String show(double nanos) {
        if (Double.isNaN(nanos)) {
            return "–";
        }
        if (nanos < 1e3) {
            return String.format(Locale.ROOT, "%.0f ns", nanos);
        }
        if (nanos < 1e6) {
            return String.format(Locale.ROOT, "%.2f µs", nanos / 1e3);
        }
        if (nanos < 1e9) {
            return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
        }
        return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }

    /** A size as people say it, in powers of 1000. */
    public static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < UNITS.length - 1) {
            size /= 1000;
            unit++;
        }
        return unit == 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
    }
}
