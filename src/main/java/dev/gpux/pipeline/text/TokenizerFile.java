package dev.gpux.pipeline.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A {@code tokenizer.json} as it was read: a small tree, and beside it the two large parts, vocabulary and merges, as
 * flat lists. Reading bounds nesting, file size and the size of the tree.
 */
final class TokenizerFile {
    /** Above the largest published ones (about 40 MB). */
    static final long MAX_BYTES = 64L << 20;
    private static final int MAX_NESTING = 32;
    private static final int MAX_TREE_VALUES = 1 << 19;
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            // Names are vocabulary entries: nothing is gained from keeping them in tables that outlive the parser.
            .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxDocumentLength(MAX_BYTES)
                    .build())
            .build();

    private final String source;
    private final JsonParser parser;
    private final TokenList tokens = new TokenList();
    private final List<String> merges = new ArrayList<>();
    private int treeValues;
    private JsonValue root;

    private TokenizerFile(String source, JsonParser parser) {
        this.source = source;
        this.parser = parser;
    }

    /** @throws TokenizerException if this is not JSON of the expected outline, or too large */
    static TokenizerFile read(InputStream in, String source) throws IOException {
        try (JsonParser parser = JSON.createParser(in)) {
            var file = new TokenizerFile(source, parser);
            file.root = new JsonValue(source, "", file.readRoot());
            if (parser.nextToken() != null) {
                throw file.error("has something after the end of the JSON object");
            }
            return file;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new TokenizerException(source + (at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr())
                    + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Everything but {@code model.vocab} and {@code model.merges}. */
    JsonValue root() {
        return root;
    }

    /** {@code model.vocab}. */
    TokenList tokens() {
        return tokens;
    }

    /** {@code model.merges}: left and right part in turn. */
    List<String> merges() {
        return merges;
    }

    private Map<String, Object> readRoot() throws IOException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "a JSON object");
        var members = new LinkedHashMap<String, Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken first = parser.nextToken();
            members.put(name, name.equals("model") && first == JsonToken.START_OBJECT ? readModel() : readTree(first));
        }
        return members;
    }

    private Map<String, Object> readModel() throws IOException {
        var members = new LinkedHashMap<String, Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken first = parser.nextToken();
            switch (name) {
                case "vocab" -> readVocabulary(first);
                case "merges" -> readMerges(first);
                default -> members.put(name, readTree(first));
            }
        }
        return members;
    }

    private void readVocabulary(JsonToken first) throws IOException {
        if (first == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String token = parser.currentName();
                expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT, "an id");
                tokens.add(token, id());
            }
        } else {
            expect(first, JsonToken.START_ARRAY, "an object or a list");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                expect(parser.currentToken(), JsonToken.START_ARRAY, "a pair of token and score");
                expect(parser.nextToken(), JsonToken.VALUE_STRING, "a token");
                String token = parser.getText();
                if (!parser.nextToken().isNumeric()) {
                    throw error("has no number where a score was expected");
                }
                tokens.addScored(token, parser.getDoubleValue());
                expect(parser.nextToken(), JsonToken.END_ARRAY, "the end of the pair");
            }
        }
    }

    private int id() throws IOException {
        long id = parser.getLongValue();
        if (id < 0 || id > Integer.MAX_VALUE) {
            throw error("has " + id + " where an id from 0 to " + Integer.MAX_VALUE + " was expected");
        }
        return (int) id;
    }

    private void readMerges(JsonToken first) throws IOException {
        expect(first, JsonToken.START_ARRAY, "a list of merges");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                addMerge(parser.getText());
            } else {
                expect(parser.currentToken(), JsonToken.START_ARRAY, "a merge: a string or a pair of strings");
                expect(parser.nextToken(), JsonToken.VALUE_STRING, "the left part of a merge");
                merges.add(parser.getText());
                expect(parser.nextToken(), JsonToken.VALUE_STRING, "the right part of a merge");
                merges.add(parser.getText());
                expect(parser.nextToken(), JsonToken.END_ARRAY, "the end of the pair");
            }
        }
    }

    private void addMerge(String merge) {
        if (merge.startsWith("#version")) {
            return;
        }
        int space = merge.indexOf(' ');
        if (space < 0 || merge.indexOf(' ', space + 1) >= 0) {
            throw error("has the merge \"" + merge + "\", expected two parts with one space between them");
        }
        merges.add(merge.substring(0, space));
        merges.add(merge.substring(space + 1));
    }

    /** Recursion is bounded by the parser's nesting limit. */
    private Object readTree(JsonToken token) throws IOException {
        if (++treeValues > MAX_TREE_VALUES) {
            throw error("has more than " + MAX_TREE_VALUES + " values beside vocabulary and merges");
        }
        return switch (token) {
            case START_OBJECT -> {
                var members = new LinkedHashMap<String, Object>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    members.put(name, readTree(parser.nextToken()));
                }
                yield members;
            }
            case START_ARRAY -> {
                var items = new ArrayList<Object>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    items.add(readTree(next));
                }
                yield items;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> JsonValue.NULL;
            case null, default -> throw error("ends too early");
        };
    }

    private void expect(JsonToken found, JsonToken expected, String what) {
        if (found != expected) {
            throw error("has " + (found == null ? "its end" : found.toString().toLowerCase(Locale.ROOT))
                    + " where " + what + " was expected");
        }
    }

    private TokenizerException error(String problem) {
        var at = parser.currentTokenLocation();
        return new TokenizerException(source + ":" + at.getLineNr() + ":" + at.getColumnNr() + ": the tokenizer file "
                + problem);
    }
}
