package dev.gpux.pipeline.text;

import java.util.Arrays;

/**
 * The characters that stand for bytes in byte-level vocabularies: GPT-2's {@code bytes_to_unicode}. Printable Latin-1
 * stands for itself, the other bytes for the characters from U+0100 on, in order.
 */
final class ByteAlphabet {
    private static final int FIRST_SUBSTITUTE = 0x100;
    private static final char[] CHARS = new char[256];
    private static final short[] BYTES = new short[FIRST_SUBSTITUTE + 256];

    static {
        Arrays.fill(BYTES, (short) -1);
        char substitute = FIRST_SUBSTITUTE;
        for (int b = 0; b < CHARS.length; b++) {
            CHARS[b] = isPrintable(b) ? (char) b : substitute++;
            BYTES[CHARS[b]] = (short) b;
        }
    }

    private ByteAlphabet() {
    }

    /** Appends the characters for the UTF-8 bytes of a text. */
    static void append(char[] chars, int from, int to, Text out) {
        for (int i = from; i < to;) {
            int c = Character.codePointAt(chars, i, to);
            i += Character.charCount(c);
            if (c < 0x80) {
                out.append(CHARS[c]);
            } else {
                int bytes = Utf8.bytes(c);
                for (int b = 0; b < bytes; b++) {
                    out.append(CHARS[Utf8.at(c, bytes, b)]);
                }
            }
        }
    }

    /** The byte that a character stands for, or -1. */
    static int toByte(char c) {
        return c < BYTES.length ? BYTES[c] : -1;
    }

    private static boolean isPrintable(int b) {
        return b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
    }
}
