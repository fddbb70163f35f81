package dev.gpux.pipeline.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The reference data beside this class (see README.md there): what another implementation says about our texts. */
final class Reference {
    private static final JsonFactory JSON = new JsonFactory();

    private Reference() {
    }

    /** The texts that all references are about. */
    static List<String> texts() {
        return lines("corpus.jsonl").stream().map(String.class::cast).toList();
    }

    /** Per text its ids. */
    static List<int[]> ids(String name) {
        return data(name + ".ids.jsonl").stream().map(Reference::ints).toList();
    }

    /** Per text what its ids decode to. */
    static List<String> decoded(String name) {
        return data(name + ".decoded.jsonl").stream().map(String.class::cast).toList();
    }

    /** Truncated pairs of texts. */
    static List<Pair> pairs(String name) {
        List<String> texts = texts();
        return data(name + ".pairs.jsonl").stream()
                .map(line -> (Map<?, ?>) line)
                .map(line -> new Pair(texts.get(number(line, "a")), texts.get(number(line, "b")),
                        new Truncation(number(line, "max"), switch ((String) line.get("strategy")) {
                            case "OnlyFirst" -> Truncation.Strategy.ONLY_FIRST;
                            case "OnlySecond" -> Truncation.Strategy.ONLY_SECOND;
                            default -> Truncation.Strategy.LONGEST_FIRST;
                        }, line.get("side").equals("Left") ? Side.LEFT : Side.RIGHT),
                        ints(line.get("ids")), ints(line.get("types"))))
                .toList();
    }

    /** What single components make of texts: one object per component. */
    static List<Map<?, ?>> components() {
        return data("components.jsonl").stream().<Map<?, ?>>map(line -> (Map<?, ?>) line).toList();
    }

    /** Which texts and tokens {@link #components} is about. */
    static Map<?, ?> componentHeader() {
        return (Map<?, ?>) lines("components.jsonl").getFirst();
    }

    /** @param ids empty: the reference refuses */
    record Pair(String first, String second, Truncation truncation, int[] ids, int[] types) {
        @Override
        public String toString() {
            return truncation + " of " + first + " | " + second;
        }
    }

    private static int number(Map<?, ?> line, String name) {
        return ((Number) line.get(name)).intValue();
    }

    private static int[] ints(Object list) {
        return list == JsonValue.NULL ? new int[0]
                : ((List<?>) list).stream().mapToInt(n -> ((Number) n).intValue()).toArray();
    }

    private static List<Object> data(String file) {
        List<Object> lines = lines(file);
        return lines.subList(1, lines.size());
    }

    private static List<Object> lines(String file) {
        try (var in = Reference.class.getResourceAsStream(file); JsonParser parser = JSON.createParser(in)) {
            var values = new ArrayList<>();
            while (parser.nextToken() != null) {
                values.add(value(parser));
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A value as JSON again. */
    static byte[] json(Object value) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            write(value, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(Object value, JsonGenerator json) throws IOException {
        switch (value) {
            case Map<?, ?> map -> {
                json.writeStartObject();
                for (var entry : map.entrySet()) {
                    json.writeFieldName((String) entry.getKey());
                    write(entry.getValue(), json);
                }
                json.writeEndObject();
            }
            case List<?> list -> {
                json.writeStartArray();
                for (Object item : list) {
                    write(item, json);
                }
                json.writeEndArray();
            }
            case String text -> json.writeString(text);
            case Long number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Boolean bool -> json.writeBoolean(bool);
            default -> json.writeNull();
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_ARRAY -> {
                var list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case START_OBJECT -> {
                var map = new LinkedHashMap<String, Object>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, value(parser));
                }
                yield map;
            }
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> JsonValue.NULL;
            default -> parser.getText();
        };
    }

    /** A file that the build fetches into the models folder. */
    static Path model(String file) {
        Path path = Path.of(System.getProperty("gpux.models", "models"), file);
        if (!Files.exists(path)) {
            throw new IllegalStateException(path + " is missing: run mvn generate-test-resources, which fetches it");
        }
        return path;
    }
}
