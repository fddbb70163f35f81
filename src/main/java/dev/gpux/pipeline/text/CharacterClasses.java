package dev.gpux.pipeline.text;

import java.util.Arrays;

/**
 * Character classes as the tokenizers that models were trained with see them. Those go by Unicode 8 for punctuation,
 * marks and format characters; the JDK knows later versions, so {@link #SINCE_UNICODE_9} takes away what came after.
 * (Compared with Hugging Face tokenizers 0.23.2 for every code point.)
 */
final class CharacterClasses {
    /** Ranges, first and last code point in turn, around the punctuation, marks and format characters added since. */
    private static final int[] SINCE_UNICODE_9 = {
        0x61D, 0x61D, 0x7FD, 0x7FD, 0x890, 0x8E2, 0x9FD, 0x9FE, 0xA76, 0xA76, 0xAFA, 0xAFF, 0xB55, 0xB55,
        0xC04, 0xC3C, 0xC77, 0xC77, 0xC84, 0xC84, 0xD00, 0xD00, 0xD3B, 0xD3C, 0xD81, 0xD81, 0xEBA, 0xEBA,
        0xECE, 0xECE, 0x180F, 0x1886, 0x1ABF, 0x1ACE, 0x1B4E, 0x1B4F, 0x1B7D, 0x1B7F, 0x1DF6, 0x1DFB, 0x2E43,
        0x2E5D, 0xA82C, 0xA82C, 0xA8C5, 0xA8C5, 0xA8FF, 0xA8FF, 0xA9BD, 0xA9BD, 0x105C9, 0x105E4, 0x10D24,
        0x10F89, 0x11070, 0x11074, 0x110C2, 0x110CD, 0x111C9, 0x111C9, 0x111CF, 0x111CF, 0x1123E, 0x11241,
        0x1133B, 0x1133B, 0x11383, 0x1145E, 0x11660, 0x1166C, 0x116B9, 0x116B9, 0x1182F, 0x11FFF, 0x12FF1,
        0x1612F, 0x16D68, 0x16F4F, 0x16FE2, 0x16FE4, 0x1CF00, 0x1CF46, 0x1E000, 0x1E5FF, 0x1E944, 0x1E95F,
    };
    private static final int CANADIAN_SYLLABICS_CHI_SIGN = 0x166D;
    private static final int SHARADA_SANDHI_MARK = 0x111C9;

    private static final int PUNCTUATION = 1 << Character.CONNECTOR_PUNCTUATION | 1 << Character.DASH_PUNCTUATION
            | 1 << Character.START_PUNCTUATION | 1 << Character.END_PUNCTUATION
            | 1 << Character.INITIAL_QUOTE_PUNCTUATION | 1 << Character.FINAL_QUOTE_PUNCTUATION
            | 1 << Character.OTHER_PUNCTUATION;
    private static final int NUMERIC = 1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.LETTER_NUMBER
            | 1 << Character.OTHER_NUMBER;
    private static final int MARK = 1 << Character.NON_SPACING_MARK | 1 << Character.ENCLOSING_MARK
            | 1 << Character.COMBINING_SPACING_MARK;
    private static final int WORD = MARK | 1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.CONNECTOR_PUNCTUATION;

    private CharacterClasses() {
    }

    /** Unicode property White_Space. */
    static boolean isWhitespace(int c) {
        if (c < 0x80) {
            return c == ' ' || c >= '\t' && c <= '\r';
        }
        return switch (c) {
            case 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 -> true;
            default -> c >= 0x2000 && c <= 0x200A;
        };
    }

    /** ASCII punctuation and symbols, and the general categories P*. */
    static boolean isPunctuation(int c) {
        if (c < 0x80) {
            return c > ' ' && c < 0x7F && !isAsciiLetterOrDigit(c);
        }
        if ((PUNCTUATION >>> Character.getType(c) & 1) == 0) {
            return c == CANADIAN_SYLLABICS_CHI_SIGN;
        }
        return !isNewer(c) || c == SHARADA_SANDHI_MARK;
    }

    /** General categories Cc, Cf and Co. */
    static boolean isControl(int c) {
        if (c < 0x80) {
            return c < ' ' || c == 0x7F;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.PRIVATE_USE -> true;
            case Character.FORMAT -> !isNewer(c);
            default -> false;
        };
    }

    /** General category Mn. */
    static boolean isNonSpacingMark(int c) {
        return c >= 0x300 && Character.getType(c) == Character.NON_SPACING_MARK && !isNewer(c);
    }

    /** General categories M*, as they were in Unicode 8. */
    static boolean isCombiningMark(int c) {
        return isMark(c) && !isNewer(c);
    }

    /** General categories M*: {@code \\p{M}}. */
    static boolean isMark(int c) {
        return c >= 0x300 && (MARK >>> Character.getType(c) & 1) != 0;
    }

    /** General categories L*: {@code \\p{L}}. */
    static boolean isLetter(int c) {
        return c < 0x80 ? isAsciiLetter(c) : Character.isLetter(c);
    }

    /** General categories N*: {@code \\p{N}}. */
    static boolean isNumeric(int c) {
        return c < 0x80 ? c >= '0' && c <= '9' : (NUMERIC >>> Character.getType(c) & 1) != 0;
    }

    /** What a regular expression's {@code \w} matches (Unicode Technical Standard 18, Annex C). */
    static boolean isWord(int c) {
        if (c < 0x80) {
            return isAsciiLetterOrDigit(c) || c == '_';
        }
        return Character.isAlphabetic(c) || (WORD >>> Character.getType(c) & 1) != 0 || c == 0x200C || c == 0x200D;
    }

    /** Whether the code point was given its category or decomposition after Unicode 8. */
    static boolean isNewer(int c) {
        int found = Arrays.binarySearch(SINCE_UNICODE_9, c);
        return found >= 0 || (-found - 1) % 2 == 1;
    }

    private static boolean isAsciiLetterOrDigit(int c) {
        return isAsciiLetter(c) || c >= '0' && c <= '9';
    }

    private static boolean isAsciiLetter(int c) {
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'z';
    }
}
