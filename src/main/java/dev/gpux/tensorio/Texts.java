package dev.gpux.tensorio;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What text a tensor of strings can hold, and how much of it is read. */
final class Texts {
    /** A string costs some 60 bytes of heap besides its text, so a small hostile file could ask for a lot. */
    static final long MAX_STRINGS = 1 << 22;
    /** Bytes of text in one tensor. */
    static final long MAX_BYTES = 1 << 28;

    private Texts() { }

    /** The text in UTF-8 {@code bytes}. */
    static String decode(byte[] bytes) {
        try {
            return storable(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            throw new TensorFormatException("the text is not UTF-8", e);
        }
    }

    /** Refuses what ORT could not hold: it takes C strings of UTF-8. */
    static String storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new TensorFormatException("the text has a NUL character (at index " + i
                    + "), where ONNX Runtime would end it");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new TensorFormatException("the text has half a surrogate pair (at index " + i
                        + "), which is no character");
                }
                i++;
            }
        }
        return text;
    }

    static void requireCount(long strings) {
        if (strings > MAX_STRINGS) {
            throw new TensorFormatException(strings + " strings; at most " + MAX_STRINGS + " are read into one tensor");
        }
    }

    static void requireBytes(long bytes) {
        if (bytes > MAX_BYTES) {
            throw new TensorFormatException("more than " + MAX_BYTES
                + " bytes of text; no more are read into one tensor");
        }
    }
}
