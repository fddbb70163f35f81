package dev.gpux.pipeline.text;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A value of the tokenizer file together with where it stands, so that every error can say so.
 *
 * @param source name of the file, for errors
 * @param path where the value stands, such as {@code post_processor.single[0]}; empty: the whole file
 * @param value a Map, List, String, Long, Double or Boolean, or {@link #NULL}
 */
record JsonValue(String source, String path, Object value) {
    static final Object NULL = new Object();

    /** The member {@code type}, by which the format names components. */
    String type() {
        return get("type").asString();
    }

    JsonValue get(String name) {
        return find(name).orElseThrow(() -> error("has no \"" + name + "\""));
    }

    /** The member, if it is there and not null. */
    Optional<JsonValue> find(String name) {
        Object member = asObject().get(name);
        return member == null || member == NULL ? Optional.empty() : Optional.of(member(name, member));
    }

    String string(String name, String otherwise) {
        return find(name).map(JsonValue::asString).orElse(otherwise);
    }

    boolean bool(String name, boolean otherwise) {
        return find(name).map(JsonValue::asBoolean).orElse(otherwise);
    }

    int integer(String name, int otherwise) {
        return find(name).map(JsonValue::asInt).orElse(otherwise);
    }

    List<JsonValue> list(String name) {
        return get(name).asList();
    }

    String asString() {
        return value instanceof String s ? s : wrong("a string");
    }

    boolean asBoolean() {
        return value instanceof Boolean b ? b : wrong("true or false");
    }

    /** A whole number from 0 to 2^31-1. */
    int asInt() {
        return value instanceof Long n && n >= 0 && n <= Integer.MAX_VALUE ? n.intValue()
                : wrong("a whole number from 0 to " + Integer.MAX_VALUE);
    }

    List<JsonValue> asList() {
        List<?> items = value instanceof List<?> list ? list : wrong("a list");
        return IntStream.range(0, items.size())
                .mapToObj(i -> new JsonValue(source, path + "[" + i + "]", items.get(i)))
                .toList();
    }

    /** The members of an object, in the order of the file. */
    List<Map.Entry<String, JsonValue>> asMembers() {
        return asObject().entrySet().stream()
                .map(e -> Map.entry((String) e.getKey(), member((String) e.getKey(), e.getValue())))
                .toList();
    }

    TokenizerException error(String problem) {
        return new TokenizerException(source + ": " + (path.isEmpty() ? "the file" : path) + " " + problem);
    }

    /** The error for a component that this package does not have. */
    TokenizerException unsupported(String kind, String supported) {
        return get("type").error("names the " + kind + " \"" + type() + "\", which is not supported; supported: "
                + supported);
    }

    private Map<?, ?> asObject() {
        return value instanceof Map<?, ?> map ? map : wrong("an object");
    }

    private JsonValue member(String name, Object member) {
        return new JsonValue(source, path.isEmpty() ? name : path + "." + name, member);
    }

    private <T> T wrong(String expected) {
        throw error("is " + describe() + ", expected " + expected);
    }

    private String describe() {
        return switch (value) {
            case Map<?, ?> _ -> "an object";
            case List<?> _ -> "a list";
            case String s -> "\"" + (s.length() > 40 ? s.substring(0, 40) + "…" : s) + "\"";
            case Number n -> n.toString();
            case Boolean b -> b.toString();
            default -> "null";
        };
    }
}
