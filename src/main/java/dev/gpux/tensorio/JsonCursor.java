package dev.gpux.tensorio;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/**
 * A JSON parser that knows where it is: line, column, and the path from the value's start, {@code [0][3]} or
 * {@code .data[7]}. The path is kept in arrays that are reused, so that a number costs no garbage.
 */
final class JsonCursor {
    private static final int SHOWN = 40;

    private final JsonParser parser;
    private long[] indices = new long[8];
    private String[] names = new String[8];
    private int depth;
    private JsonToken token;

    /** A cursor at the parser's current token, or its first. */
    JsonCursor(JsonParser parser) throws IOException {
        this.parser = parser;
        this.token = parser.hasCurrentToken() ? parser.currentToken() : parser.nextToken();
        if (token == null) {
            throw new TensorFormatException("the JSON is empty; a value was expected");
        }
    }

    JsonParser parser() {
        return parser;
    }

    /** The current token; never null. */
    JsonToken token() {
        return token;
    }

    /** Steps to the next token. */
    JsonToken next() throws IOException {
        token = parser.nextToken();
        if (token == null) {
            throw fail("the JSON ends too early");
        }
        return token;
    }

    /** Skips the value that begins here; the cursor is then at its last token. */
    void skip() throws IOException {
        parser.skipChildren();
        token = parser.currentToken();
    }

    /** Goes a level deeper in the path. */
    void enter() {
        if (depth == indices.length) {
            indices = Arrays.copyOf(indices, 2 * depth);
            names = Arrays.copyOf(names, 2 * depth);
        }
        names[depth] = null;
        indices[depth++] = 0;
    }

    void leave() {
        depth--;
    }

    /** The place in the innermost array. */
    void at(long index) {
        indices[depth - 1] = index;
    }

    /** The place in the innermost object. */
    void at(String name) {
        names[depth - 1] = name;
    }

    /** An error at the current token. */
    TensorFormatException fail(String problem) {
        var location = parser.currentTokenLocation();
        var path = path();
        return new TensorFormatException("line " + location.getLineNr() + ", column " + location.getColumnNr()
            + (path.isEmpty() ? "" : ", at " + path), problem, null);
    }

    private String path() {
        var path = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            if (names[i] == null) {
                path.append('[').append(indices[i]).append(']');
            } else {
                path.append('.').append(shorten(names[i]));
            }
        }
        return path.toString();
    }

    /** What is here, in words. */
    String found() throws IOException {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "the text \"" + shorten(parser.getText()) + "\"";
            case VALUE_NULL -> "null";
            default -> shorten(parser.getText());
        };
    }

    static String shorten(String text) {
        if (text.length() <= SHOWN) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
        return text.substring(0, end) + "…";
    }
}
