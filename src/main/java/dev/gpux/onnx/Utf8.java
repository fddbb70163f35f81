package dev.gpux.onnx;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8 decoding: malformed input is an error, never a replacement character. */
final class Utf8 {
    private Utf8() {
    }

    static String decode(byte[] bytes) throws CharacterCodingException {
        return decode(bytes, 0, bytes.length);
    }

    static String decode(byte[] bytes, int offset, int length) throws CharacterCodingException {
        var text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        // The JDK's fast path replaces what is malformed; only a text with that character needs the strict, slow look.
        if (text.indexOf('\uFFFD') >= 0) {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
        }
        return text;
    }
}
