package dev.gpux.gpuxfile;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A number of bytes as people write it: {@code 512}, {@code 64KB}, {@code 1.5 GB}, {@code 512MiB}. {@code kB},
 * {@code MB}, {@code GB}, {@code TB} are powers of 1000, {@code KiB}, {@code MiB}, {@code GiB}, {@code TiB} powers of
 * 1024 (IEC 80000-13); case does not count.
 */
public final class ByteSize {
    /** What messages say was expected. */
    public static final String EXPECTED = "a size such as 2GB or 512MiB";

    private static final int MAX_DIGITS = 20;

    private ByteSize() {
    }

    /** The number of bytes, at least 1, rounded down; empty if the text is no such size or 63 bits cannot count it. */
    public static OptionalLong parse(String text) {
        int digits = 0;
        while (digits < text.length() && (isDigit(text.charAt(digits)) || text.charAt(digits) == '.')) {
            digits++;
        }
        var number = text.substring(0, digits);
        long unit = unit(text.substring(digits).strip());
        if (unit == 0 || number.length() > MAX_DIGITS || !isNumber(number)) {
            return OptionalLong.empty();
        }
        var bytes = new BigDecimal(number).multiply(BigDecimal.valueOf(unit)).setScale(0, RoundingMode.FLOOR);
        return bytes.signum() > 0 && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
            ? OptionalLong.of(bytes.longValueExact())
            : OptionalLong.empty();
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && isDigit(text.charAt(0)) && isDigit(text.charAt(text.length() - 1))
            && text.indexOf('.') == text.lastIndexOf('.');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static long unit(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "", "b" -> 1L;
            case "kb" -> 1_000L;
            case "mb" -> 1_000_000L;
            case "gb" -> 1_000_000_000L;
            case "tb" -> 1_000_000_000_000L;
            case "kib" -> 1L << 10;
            case "mib" -> 1L << 20;
            case "gib" -> 1L << 30;
            case "tib" -> 1L << 40;
            default -> 0L;
        };
    }
}
