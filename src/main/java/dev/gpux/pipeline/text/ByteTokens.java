package dev.gpux.pipeline.text;

import java.util.Arrays;
import java.util.Locale;

/** The tokens {@code <0x00>} to {@code <0xFF>}, into which a model with byte fallback takes characters apart. */
final class ByteTokens {
    private final int[] ids = new int[256];

    private ByteTokens() {
    }

    /** Those that the vocabulary has. */
    static ByteTokens of(Vocabulary vocabulary) {
        var tokens = new ByteTokens();
        Arrays.setAll(tokens.ids, b -> vocabulary.id(String.format(Locale.ROOT, "<0x%02X>", b)));
        return tokens;
    }

    /** None, for a model without byte fallback. */
    static ByteTokens none() {
        var tokens = new ByteTokens();
        Arrays.fill(tokens.ids, Vocabulary.NONE);
        return tokens;
    }

    /** Whether there are tokens for all bytes of a text. */
    boolean cover(CharSequence text) {
        return text.codePoints().allMatch(this::cover);
    }

    /** Whether there are tokens for all bytes of a character. */
    boolean cover(int codePoint) {
        int bytes = Utf8.bytes(codePoint);
        for (int i = 0; i < bytes; i++) {
            if (ids[Utf8.at(codePoint, bytes, i)] == Vocabulary.NONE) {
                return false;
            }
        }
        return true;
    }

    /** The token for a byte of a character. */
    int id(int codePoint, int bytes, int index) {
        return ids[Utf8.at(codePoint, bytes, index)];
    }
}
