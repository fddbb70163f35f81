package dev.gpux.gpuxfile;

import java.math.BigInteger;

/** Types unquoted scalars as YAML 1.2's core schema does (section 10.3.2), without YAML 1.1's yes, no, on, off. */
final class CoreSchema {
    /** Longer ones are read as floating point, so that no file makes the conversion slow. */
    private static final int MAX_WHOLE = 300;

    private CoreSchema() {
    }

    static Value resolve(String text, Location at) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> new Value.Null(at);
            case "true", "True", "TRUE" -> new Value.Bool(true, text, at);
            case "false", "False", "FALSE" -> new Value.Bool(false, text, at);
            case ".nan", ".NaN", ".NAN" -> new Value.Real(Double.NaN, text, at);
            case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" ->
                new Value.Real(Double.POSITIVE_INFINITY, text, at);
            case "-.inf", "-.Inf", "-.INF" -> new Value.Real(Double.NEGATIVE_INFINITY, text, at);
            default -> number(text, at);
        };
    }

    private static Value number(String text, Location at) {
        if (text.length() <= MAX_WHOLE) {
            if (text.startsWith("0x") && allDigits(text, 2, 16)) {
                return new Value.Whole(new BigInteger(text.substring(2), 16), text, at);
            }
            if (text.startsWith("0o") && allDigits(text, 2, 8)) {
                return new Value.Whole(new BigInteger(text.substring(2), 8), text, at);
            }
            if (allDigits(text, signs(text), 10)) {
                return new Value.Whole(new BigInteger(text), text, at);
            }
        }
        return isFloat(text) ? new Value.Real(Double.parseDouble(text), text, at) : new Value.Text(text, at);
    }

    private static int signs(String text) {
        return text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    }

    private static boolean allDigits(String text, int from, int radix) {
        return from < text.length() && digitsEnd(text, from, radix) == text.length();
    }

    /** {@code [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?} */
    private static boolean isFloat(String text) {
        int start = signs(text);
        int i = digitsEnd(text, start, 10);
        int digits = i - start;
        if (i < text.length() && text.charAt(i) == '.') {
            int fraction = digitsEnd(text, i + 1, 10);
            digits += fraction - i - 1;
            i = fraction;
        }
        if (digits == 0) {
            return false;
        }
        if (i < text.length() && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
            int exponent = i + 1 + signs(text.substring(i + 1));
            return allDigits(text, exponent, 10);
        }
        return i == text.length();
    }

    private static int digitsEnd(String text, int from, int radix) {
        int i = from;
        // Character.digit also takes digits of other scripts, which YAML does not.
        while (i < text.length() && text.charAt(i) < 128 && Character.digit(text.charAt(i), radix) >= 0) {
            i++;
        }
        return i;
    }
}
