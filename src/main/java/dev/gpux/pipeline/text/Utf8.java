package dev.gpux.pipeline.text;

/** UTF-8, byte by byte, without arrays. */
final class Utf8 {
    private Utf8() {
    }

    /** How many bytes a code point has. */
    static int bytes(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** A byte of a code point, as 0 to 255. */
    static int at(int codePoint, int bytes, int index) {
        int bits = codePoint >>> 6 * (bytes - 1 - index);
        if (index > 0) {
            return bits & 0x3F | 0x80;
        }
        return bytes == 1 ? bits : bits | 0xF00 >>> bytes & 0xFF;
    }
}
