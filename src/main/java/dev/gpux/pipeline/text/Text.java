package dev.gpux.pipeline.text;

import java.util.Arrays;

/** A growable, reusable UTF-16 text. */
final class Text implements CharSequence {
    private static final char REPLACEMENT = '\uFFFD';

    private char[] chars = new char[256];
    private int length;

    char[] array() {
        return chars;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        return chars[index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new String(chars, start, end - start);
    }

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }

    void clear() {
        length = 0;
    }

    /** Takes over a text; a surrogate without its other half, which no encoding can carry, becomes U+FFFD. */
    void set(CharSequence text) {
        length = 0;
        int count = text.length();
        reserve(count);
        text.getChars(0, count, chars, 0);
        length = count;
        for (int i = 0; i < count; i++) {
            if (Character.isSurrogate(chars[i])) {
                if (i + 1 < count && Character.isSurrogatePair(chars[i], chars[i + 1])) {
                    i++;
                } else {
                    chars[i] = REPLACEMENT;
                }
            }
        }
    }

    void append(char c) {
        if (length == chars.length) {
            chars = Arrays.copyOf(chars, Growth.capacity(length, length + 1L));
        }
        chars[length++] = c;
    }

    void append(char[] source, int from, int to) {
        reserve(to - from);
        System.arraycopy(source, from, chars, length, to - from);
        length += to - from;
    }

    void append(String text) {
        append(text, 0, text.length());
    }

    void append(String text, int from, int to) {
        reserve(to - from);
        text.getChars(from, to, chars, length);
        length += to - from;
    }

    /** Makes room for at least {@code more} units behind the text, in {@link #array()}; how many there are. */
    int room(int more) {
        reserve(more);
        return chars.length - length;
    }

    /** Takes units into the text that were written behind it. */
    void grow(int units) {
        length += units;
    }

    void appendCodePoint(int codePoint) {
        if (Character.isBmpCodePoint(codePoint)) {
            append((char) codePoint);
        } else {
            append(Character.highSurrogate(codePoint));
            append(Character.lowSurrogate(codePoint));
        }
    }

    private void reserve(int more) {
        if (more > chars.length - length) {
            chars = Arrays.copyOf(chars, Growth.capacity(chars.length, (long) length + more));
        }
    }
}
