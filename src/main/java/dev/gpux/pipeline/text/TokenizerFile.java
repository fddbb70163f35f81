package dev.gpux.pipeline.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@code tokenizer.json} as it was read: a small tree, and beside it the two large parts, vocabulary and merges, as
 * flat lists. Reading bounds nesting, file size and the size of the tree.
 */
final class TokenizerFile {
    /** Above the largest published ones (about 40 MB). */
    static final int MAX_BYTES = 64 << 20;
    private static final int MAX_TREE_VALUES = 1 << 19;

    private final JsonReader json;
    private final TokenList vocabulary = new TokenList();
    private final TextList merges = new TextList();
    private final JsonValue root;
    private int treeValues;

    private TokenizerFile(byte[] bytes, String source) {
        json = new JsonReader(bytes, source);
        root = new JsonValue(source, "", readRoot());
        if (json.peek() != JsonReader.END) {
            throw json.error("has something after the end of the JSON object");
        }
    }

    /** @throws TokenizerException if this is not JSON of the expected outline, or too large */
    static TokenizerFile read(InputStream in, String source) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new TokenizerException(source + ": the tokenizer file has more than " + MAX_BYTES + " bytes");
        }
        return new TokenizerFile(bytes, source);
    }

    /** Everything but {@code model.vocab} and {@code model.merges}. */
    JsonValue root() {
        return root;
    }

    /** {@code model.vocab}. */
    TokenList vocabulary() {
        return vocabulary;
    }

    /** {@code model.merges}: left and right part in turn. */
    TextList merges() {
        return merges;
    }

    private Map<String, Object> readRoot() {
        var members = new LinkedHashMap<String, Object>();
        json.enter('{', "a JSON object");
        while (json.more('}')) {
            String name = json.name();
            members.put(name, name.equals("model") && json.peek() == '{' ? readModel() : readTree());
        }
        return members;
    }

    private Map<String, Object> readModel() {
        var members = new LinkedHashMap<String, Object>();
        json.enter('{', "an object");
        while (json.more('}')) {
            String name = json.name();
            switch (name) {
                case "vocab" -> readVocabulary();
                case "merges" -> readMerges();
                default -> members.put(name, readTree());
            }
        }
        return members;
    }

    private void readVocabulary() {
        Text chars = vocabulary.tokens().chars();
        if (json.peek() == '{') {
            json.enter('{', "an object");
            while (json.more('}')) {
                json.name(chars);
                vocabulary.add(json.id());
                requireLength(chars);
            }
            return;
        }
        json.enter('[', "an object or a list");
        while (json.more(']')) {
            json.enter('[', "a pair of token and score");
            requireMore("a token");
            json.string(chars, "a token");
            requireMore("a score");
            vocabulary.addScored(json.number("a score").doubleValue());
            requireLength(chars);
            requireEnd();
        }
    }

    private void requireLength(Text chars) {
        if (chars.length() > Vocabulary.MAX_CHARACTERS) {
            throw json.error("has a vocabulary of more than " + Vocabulary.MAX_CHARACTERS + " characters");
        }
    }

    private void readMerges() {
        json.enter('[', "a list of merges");
        while (json.more(']')) {
            if (json.peek() == '"') {
                addMerge(json.string("a merge"));
            } else {
                json.enter('[', "a merge: a string or a pair of strings");
                requireMore("the left part of a merge");
                json.string(merges.chars(), "the left part of a merge");
                merges.end();
                requireMore("the right part of a merge");
                json.string(merges.chars(), "the right part of a merge");
                merges.end();
                requireEnd();
            }
        }
    }

    private void requireMore(String expected) {
        if (!json.more(']')) {
            throw json.error("has the end of a pair where " + expected + " was expected");
        }
    }

    private void requireEnd() {
        if (json.more(']')) {
            throw json.unexpected("the end of the pair");
        }
    }

    private void addMerge(String merge) {
        if (merge.startsWith("#version")) {
            return;
        }
        int space = merge.indexOf(' ');
        if (space < 0 || merge.indexOf(' ', space + 1) >= 0) {
            throw json.error("has the merge \"" + merge + "\", expected two parts with one space between them");
        }
        merges.chars().append(merge, 0, space);
        merges.end();
        merges.chars().append(merge, space + 1, merge.length());
        merges.end();
    }

    /** Recursion is bounded by the reader's nesting limit. */
    private Object readTree() {
        if (++treeValues > MAX_TREE_VALUES) {
            throw json.error("has more than " + MAX_TREE_VALUES + " values beside vocabulary and merges");
        }
        return switch (json.peek()) {
            case '{' -> {
                var members = new LinkedHashMap<String, Object>();
                json.enter('{', "an object");
                while (json.more('}')) {
                    String name = json.name();
                    members.put(name, readTree());
                }
                yield members;
            }
            case '[' -> {
                var items = new ArrayList<Object>();
                json.enter('[', "a list");
                while (json.more(']')) {
                    items.add(readTree());
                }
                yield items;
            }
            case '"' -> json.string("a string");
            case 't', 'f', 'n' -> readWord();
            default -> json.number("a value");
        };
    }

    private Object readWord() {
        if (json.isWord("true")) {
            return true;
        } else if (json.isWord("false")) {
            return false;
        } else if (json.isWord("null")) {
            return JsonValue.NULL;
        }
        throw json.syntax("expected true, false or null");
    }
}
