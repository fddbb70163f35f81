package dev.gpux.pipeline.text;

import java.nio.charset.StandardCharsets;

/**
 * Reads JSON (RFC 8259) from bytes in memory, forward only, as the caller asks for it. A string's characters go where the
 * caller wants them, so that a vocabulary is read without an object for each token. Nesting is bounded.
 */
final class JsonReader {
    /** What {@link #peek} gives behind the last byte. */
    static final byte END = 0;

    private static final int MAX_NESTING = 32;
    private static final int MAX_NUMBER = 400;
    private static final int CHUNK = 64;

    private final byte[] json;
    private final String source;
    private final Text scratch = new Text();
    private int at;
    private int nesting;
    private boolean atFirst;

    /** @param source what errors call it */
    JsonReader(byte[] json, String source) {
        this.json = json;
        this.source = source;
    }

    // The loops below have copies of the fields in variables: most of a file is read before the JIT optimises anything.

    /** The first byte of what comes next, or {@link #END}. */
    byte peek() {
        byte[] bytes = json;
        for (int i = at; i < bytes.length; i++) {
            byte next = bytes[i];
            if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
                at = i;
                if (next == END) {
                    throw syntax("unexpected character U+0000");
                }
                return next;
            }
        }
        at = bytes.length;
        return END;
    }

    /** Goes into an object ({@code open} is a brace) or a list (a bracket). */
    void enter(char open, String expected) {
        expect(open, expected);
        if (++nesting > MAX_NESTING) {
            throw syntax("nesting depth exceeds " + MAX_NESTING);
        }
        atFirst = true;
    }

    /** Whether there is another member or item before {@code close}; if not, leaves the object or list. */
    boolean more(char close) {
        byte next = peek();
        if (next == close) {
            at++;
            nesting--;
            atFirst = false;
            return false;
        }
        if (!atFirst) {
            if (next != ',') {
                throw syntax("expected a comma or " + close);
            }
            at++;
            if (peek() == close) {
                throw syntax("a comma with nothing behind it");
            }
        }
        atFirst = false;
        return true;
    }

    /** The name of a member, and the colon behind it; its characters are appended to {@code into}. */
    void name(Text into) {
        string(into, "a name");
        if (peek() != ':') {
            throw syntax("expected a colon behind the name");
        }
        at++;
    }

    /** The name of a member, and the colon behind it. */
    String name() {
        scratch.clear();
        name(scratch);
        return scratch.toString();
    }

    /** A string. */
    String string(String expected) {
        scratch.clear();
        string(scratch, expected);
        return scratch.toString();
    }

    /** A string; its characters are appended to {@code into}. */
    void string(Text into, String expected) {
        expect('"', expected);
        while (true) {
            plain(into);
            byte next = at == json.length ? END : json[at];
            if (next == '"') {
                at++;
                return;
            } else if (next == '\\') {
                escape(into);
            } else if (next < 0) {
                character(into);
            } else if (next < ' ') {
                throw syntax(at == json.length ? "a string does not end" : "a control character in a string");
            }
        }
    }

    /** Appends ASCII characters up to one that is not, or means something, or until there is no more room for them. */
    private void plain(Text into) {
        byte[] bytes = json;
        int from = at;
        int to = Math.min(bytes.length, from + into.room(CHUNK));
        char[] chars = into.array();
        int shift = into.length() - from;
        int i = from;
        while (i < to) {
            byte next = bytes[i];
            // Bytes of other characters are negative.
            if (next < ' ' || next == '"' || next == '\\') {
                break;
            }
            chars[i + shift] = (char) next;
            i++;
        }
        at = i;
        into.grow(i - from);
    }

    private void escape(Text into) {
        byte kind = at + 1 < json.length ? json[at + 1] : END;
        int more = 2;
        switch (kind) {
            case '"', '\\', '/' -> into.append((char) kind);
            case 'b' -> into.append('\b');
            case 'f' -> into.append('\f');
            case 'n' -> into.append('\n');
            case 'r' -> into.append('\r');
            case 't' -> into.append('\t');
            case 'u' -> {
                into.append(hexadecimal());
                more = 6;
            }
            default -> throw syntax("an unknown escape in a string");
        }
        at += more;
    }

    private char hexadecimal() {
        int value = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = i < json.length ? Character.digit(json[i], 16) : -1;
            if (digit < 0) {
                throw syntax("\\u without four hexadecimal digits");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    /** A character of two to four bytes (RFC 3629, section 3). */
    private void character(Text into) {
        int first = json[at] & 0xFF;
        int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        int codePoint = first & 0x7F >> length;
        for (int i = 1; i < length; i++) {
            if (at + i >= json.length || (json[at + i] & 0xC0) != 0x80) {
                throw syntax("bytes that are not UTF-8");
            }
            codePoint = codePoint << 6 | json[at + i] & 0x3F;
        }
        boolean shortest = codePoint >= (length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000);
        if (first < 0xC0 || first > 0xF4 || !shortest || codePoint > Character.MAX_CODE_POINT
                || codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            throw syntax("bytes that are not UTF-8");
        }
        into.appendCodePoint(codePoint);
        at += length;
    }

    /** A whole number from 0 to 2^31-1. */
    int id() {
        if (!isNumber(peek())) {
            throw unexpected("an id");
        }
        byte[] bytes = json;
        int start = at;
        int i = start;
        long value = 0;
        while (i < bytes.length && isDigit(bytes[i]) && value <= Integer.MAX_VALUE) {
            value = 10 * value + bytes[i++] - '0';
        }
        at = i;
        boolean ends = at > start && (at == json.length || !isNumber(json[at]));
        boolean plain = json[start] != '0' || at == start + 1;
        if (ends && plain && value <= Integer.MAX_VALUE) {
            return (int) value;
        }
        at = start;
        throw error("has " + number("an id") + " where an id from 0 to " + Integer.MAX_VALUE + " was expected");
    }

    /** A number: a Long, or a Double if it is written with a point or an exponent. */
    Number number(String expected) {
        if (!isNumber(peek())) {
            throw unexpected(expected);
        }
        int start = at;
        boolean whole = true;
        at += json[at] == '-' ? 1 : 0;
        int digits = at;
        digits("digits");
        if (json[digits] == '0' && at > digits + 1) {
            throw syntax("a number with a leading zero");
        }
        if (at < json.length && json[at] == '.') {
            whole = false;
            at++;
            digits("digits behind the point");
        }
        if (at < json.length && (json[at] | 0x20) == 'e') {
            whole = false;
            at++;
            at += at < json.length && (json[at] == '+' || json[at] == '-') ? 1 : 0;
            digits("digits in the exponent");
        }
        if (at - start > MAX_NUMBER) {
            throw syntax("a number of " + (at - start) + " characters");
        }
        var text = new String(json, start, at - start, StandardCharsets.ISO_8859_1);
        try {
            return whole ? (Number) Long.valueOf(text) : (Number) Double.valueOf(text);
        } catch (NumberFormatException e) {
            throw syntax("a number too large: " + text);
        }
    }

    private void digits(String expected) {
        int start = at;
        while (at < json.length && isDigit(json[at])) {
            at++;
        }
        if (at == start) {
            throw syntax("expected " + expected);
        }
    }

    /** {@code true}, {@code false} or {@code null}. */
    boolean isWord(String word) {
        peek();
        if (json.length - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (json[at + i] != word.charAt(i)) {
                return false;
            }
        }
        at += word.length();
        return true;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Whether a number can contain it. */
    static boolean isNumber(byte b) {
        return isDigit(b) || b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E';
    }

    private void expect(char wanted, String expected) {
        if (peek() != wanted) {
            throw unexpected(expected);
        }
        at++;
    }

    /** The error for a value of another kind than expected. */
    TokenizerException unexpected(String expected) {
        byte next = peek();
        if (next == END) {
            return error("has its end where " + expected + " was expected");
        }
        String found = switch (next) {
            case '{' -> "an object";
            case '[' -> "a list";
            case '}', ']' -> "the end of an object or list";
            case '"' -> "a string";
            case 't', 'f' -> "true or false";
            case 'n' -> "null";
            default -> isNumber(next) ? "a number" : "";
        };
        return found.isEmpty() ? syntax("unexpected character")
                : error("has " + found + " where " + expected + " was expected");
    }

    /** The error for what is no JSON. */
    TokenizerException syntax(String problem) {
        return new TokenizerException(source + place() + ": not valid JSON: " + problem);
    }

    /** The error for JSON that is no tokenizer. */
    TokenizerException error(String problem) {
        return new TokenizerException(source + place() + ": the tokenizer file " + problem);
    }

    /** Line and column, in bytes. */
    private String place() {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < Math.min(at, json.length); i++) {
            if (json[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return ":" + line + ":" + (at - lineStart + 1);
    }
}
