package dev.gpux.pipeline.text;

/** Lower case, character by character: no context, no language. */
final class Lowercase {
    private static final int CAPITAL_I_WITH_DOT_ABOVE = 0x130;
    private static final char COMBINING_DOT_ABOVE = 0x307;

    private Lowercase() {
    }

    /** Appends the full lower case mapping (Unicode's SpecialCasing.txt has one unconditional entry that is longer). */
    static void append(int c, Text out) {
        if (c == CAPITAL_I_WITH_DOT_ABOVE) {
            out.append('i');
            out.append(COMBINING_DOT_ABOVE);
        } else {
            out.appendCodePoint(Character.toLowerCase(c));
        }
    }
}
