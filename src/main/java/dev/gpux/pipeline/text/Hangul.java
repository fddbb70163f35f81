package dev.gpux.pipeline.text;

/** Canonical decomposition of Hangul syllables, by arithmetic (The Unicode Standard, section 3.12). */
final class Hangul {
    private static final int SYLLABLES = 0xAC00;
    private static final int LEADING = 0x1100;
    private static final int VOWELS = 0x1161;
    private static final int TRAILING = 0x11A7;
    private static final int VOWEL_COUNT = 21;
    private static final int TRAILING_COUNT = 28;
    private static final int SYLLABLE_COUNT = 11172;

    private Hangul() {
    }

    static boolean isSyllable(int c) {
        return c >= SYLLABLES && c < SYLLABLES + SYLLABLE_COUNT;
    }

    static void decompose(int syllable, Text out) {
        int index = syllable - SYLLABLES;
        out.append((char) (LEADING + index / (VOWEL_COUNT * TRAILING_COUNT)));
        out.append((char) (VOWELS + index % (VOWEL_COUNT * TRAILING_COUNT) / TRAILING_COUNT));
        int trailing = index % TRAILING_COUNT;
        if (trailing > 0) {
            out.append((char) (TRAILING + trailing));
        }
    }
}
