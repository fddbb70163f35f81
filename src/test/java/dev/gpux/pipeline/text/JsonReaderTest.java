package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader against another one: the same documents are JSON, and they say the same. */
class JsonReaderTest {
    private static final String DOCUMENT = """
            {"text": "a\\u00e9\\ud83d\\ude00\\n\\/ \\"q\\" \u00E9\u6587\uD83D\uDE00", "whole": [0, -1, 120, 9007199254740993],
             "real": [0.5, -1e3, 2E-2, 1.25e+2], "words": [true, false, null], "none": {}, "empty": [],
             "deep": {"a": [[{"b": [1, {"c": ""}]}]]}}
            """;

    @Test
    void aDocumentIsTheSameForBoth() throws IOException {
        byte[] json = DOCUMENT.getBytes(StandardCharsets.UTF_8);
        assertEquals(other(json).orElseThrow(), ours(json).orElseThrow());
    }

    @Test
    void damagedDocumentsAreTheSameForBoth() throws IOException {
        var random = new Random(5);
        byte[] likely = "\"{}[],:09.eE+-\\u tfn".getBytes(StandardCharsets.US_ASCII);
        int valid = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] json = DOCUMENT.getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(3); i >= 0; i--) {
                json[random.nextInt(json.length)] = random.nextInt(5) > 0 ? likely[random.nextInt(likely.length)]
                        : (byte) random.nextInt();
            }
            var expected = other(json);
            assertEquals(expected, ours(json), () -> new String(json, StandardCharsets.UTF_8));
            valid += expected.isPresent() ? 1 : 0;
        }
        assertTrue(valid > 1000, "only " + valid + " were valid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": 01}", "{\"a\": 1.}", "{\"a\": .5}", "{\"a\": +1}", "{\"a\": 1e}", "{\"a\": tru}",
        "{\"a\": 1,}", "{\"a\": [1,]}", "{\"a\" 1}", "{a: 1}", "{\"a\": \"\\x\"}", "{\"a\": \"\\u12g4\"}", "{\"a\": \"\t\"}",
        "{\"a\": \"", "{\"a\": \"\\", "{\"a\": 99999999999999999999}", "{\"a\": NaN}", "{'a': 1}", "{\"a\": 1 2}"})
    void whatIsNoJsonIsSaid(String json) {
        var error = assertThrows(TokenizerException.class, () -> read(json.getBytes(StandardCharsets.UTF_8)));
        assertTrue(error.getMessage().startsWith("t.json:1:"), error.getMessage());
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (int[] bytes : new int[][] {{0x80}, {0xC0, 0x80}, {0xC1, 0xBF}, {0xE0, 0x9F, 0xBF}, {0xED, 0xA0, 0x80},
            {0xF0, 0x8F, 0xBF, 0xBF}, {0xF4, 0x90, 0x80, 0x80}, {0xF8, 0x88, 0x80, 0x80, 0x80}, {0xC3}, {0xFF}}) {
            byte[] json = "{\"a\": \"      \"}".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < bytes.length; i++) {
                json[7 + i] = (byte) bytes[i];
            }
            assertThrows(TokenizerException.class, () -> read(json));
        }
    }

    private static Object read(byte[] json) throws IOException {
        return TokenizerFile.read(new ByteArrayInputStream(json), "t.json").root().value();
    }

    private static Optional<Object> ours(byte[] json) throws IOException {
        try {
            return Optional.of(read(json));
        } catch (TokenizerException e) {
            return Optional.empty();
        }
    }

    private static Optional<Object> other(byte[] json) throws IOException {
        try (var parser = new JsonFactory().createParser(new String(json, StandardCharsets.UTF_8))) {
            // Where bytes are not UTF-8, Java reads U+FFFD.
            if (new String(json, StandardCharsets.UTF_8).indexOf('\uFFFD') >= 0
                    || parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            Object tree = tree(parser);
            return parser.nextToken() == null ? Optional.of(tree) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static Object tree(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                var members = new LinkedHashMap<String, Object>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, tree(parser));
                }
                yield members;
            }
            case START_ARRAY -> {
                var items = new ArrayList<Object>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(tree(parser));
                }
                yield items;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> JsonValue.NULL;
        };
    }
}
