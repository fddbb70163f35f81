package dev.gpux.gpuxfile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads a map strictly: ask for each key that may be there, then {@link #end()}, and whatever was not asked for is a
 * problem with "did you mean". A value that does not fit is a problem, too, and reads as absent. Not thread-safe.
 *
 * {@snippet :
 * var fields = new Fields(step.params(), step.name(), problems);
 * int max = fields.integer("max_length", 1, 8192).orElse(512);
 * fields.end();
 * }
 */
public final class Fields {
    private final Value.Mapping map;
    private final String path;
    private final Problems problems;
    private final Set<String> asked = new LinkedHashSet<>();

    /**
     * @param path what the map is called in messages, as {@code runtime.threads}; empty for the file itself
     */
    public Fields(Value.Mapping map, String path, Problems problems) {
        this.map = map;
        this.path = path;
        this.problems = problems;
    }

    /** The full name of a key in messages. */
    public String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** The keys that are there, in the order of the file. */
    public Set<String> names() {
        return map.entries().keySet();
    }

    /** Where the value of a key stands; where the map begins if there is no such key. */
    public Location location(String key) {
        var value = map.entries().get(key);
        return value == null ? map.location() : value.location();
    }

    /** Where the problems go. */
    public Problems problems() {
        return problems;
    }

    /** Makes the absence of a key a problem. */
    public Fields require(String key, String expected) {
        if (!map.entries().containsKey(key)) {
            problems.add(map.location(), path(key) + " is missing", "expected " + expected);
        }
        return this;
    }

    /** Any value but {@code null}, which is a problem: a key is left out or has a value. */
    public Optional<Value> value(String key) {
        asked.add(key);
        var value = map.entries().get(key);
        if (value instanceof Value.Null) {
            problems.add(map.keys().get(key), path(key) + " has no value", "give it one, or remove the key");
            return Optional.empty();
        }
        return Optional.ofNullable(value);
    }

    /** Text as it was written; an unquoted number is text, too. */
    public Optional<String> text(String key) {
        return value(key).flatMap(value -> switch (value) {
            case Value.Text text when !text.text().isBlank() -> Optional.of(text.text());
            case Value.Whole whole -> Optional.of(whole.text());
            case Value.Real real -> Optional.of(real.text());
            default -> this.<String>wrong(key, "text", value);
        });
    }

    /** {@code true} or {@code false}. */
    public Optional<Boolean> bool(String key) {
        return value(key).flatMap(value -> typed(value) instanceof Value.Bool bool
            ? Optional.of(bool.value())
            : this.<Boolean>wrong(key, "true or false", value));
    }

    /** A whole number in a range; {@code 8.0} is one. */
    public OptionalInt integer(String key, int min, int max) {
        var value = value(key);
        return value.isEmpty() ? OptionalInt.empty() : integer(path(key), value.get(), min, max, "");
    }

    /** A list of whole numbers in a range, with at least one of them; a number alone is a list of one. */
    public List<Integer> integers(String key, int min, int max) {
        var numbers = new ArrayList<Integer>();
        value(key).ifPresent(value -> {
            switch (value) {
                case Value.Sequence list when !list.items().isEmpty() -> {
                    for (int i = 0; i < list.items().size(); i++) {
                        integer(path(key) + "[" + i + "]", list.items().get(i), min, max, "").ifPresent(numbers::add);
                    }
                }
                case Value.Scalar scalar -> integer(path(key), scalar, min, max, "").ifPresent(numbers::add);
                default -> problems.expected(path(key), "a list of whole numbers", value);
            }
        });
        return List.copyOf(numbers);
    }

    /** A finite number in a range. */
    public OptionalDouble number(String key, double min, double max) {
        var value = value(key);
        return value.isEmpty() ? OptionalDouble.empty() : number(path(key), value.get(), min, max);
    }

    /** A number of bytes, see {@link ByteSize}. */
    public OptionalLong bytes(String key) {
        var value = value(key);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        var bytes = switch (value.get()) {
            case Value.Text text -> ByteSize.parse(text.text());
            case Value.Whole whole -> ByteSize.parse(whole.value().toString());
            default -> OptionalLong.empty();
        };
        if (bytes.isEmpty()) {
            problems.expected(path(key), ByteSize.EXPECTED, value.get());
        }
        return bytes;
    }

    /** One of some words. */
    public Optional<String> choice(String key, Collection<String> words) {
        return value(key).flatMap(value -> value instanceof Value.Text text && words.contains(text.text())
            ? Optional.of(text.text())
            : this.<String>unknownWord(path(key), value, words));
    }

    /** A map with keys of its own. */
    public Optional<Fields> fields(String key) {
        return mapping(key).map(mapping -> new Fields(mapping, path(key), problems));
    }

    /** A map with free keys. */
    public Optional<Value.Mapping> mapping(String key) {
        return value(key).flatMap(value -> value instanceof Value.Mapping mapping
            ? Optional.of(mapping)
            : this.<Value.Mapping>wrong(key, "a map", value));
    }

    /** A map from free keys to scalars. */
    public Map<String, Value.Scalar> scalars(String key) {
        var scalars = new LinkedHashMap<String, Value.Scalar>();
        mapping(key).ifPresent(mapping -> mapping.entries().forEach((name, value) -> {
            if (value instanceof Value.Scalar scalar) {
                scalars.put(name, scalar);
            } else {
                problems.expected(path(key) + "." + name, "text, a number, true or false", value);
            }
        }));
        return scalars;
    }

    /** A list of texts, unquoted numbers among them; a text alone is a list of one. */
    public Optional<List<Value.Scalar>> texts(String key) {
        return items(key, "a list of texts").map(items -> {
            var texts = new ArrayList<Value.Scalar>();
            for (var item : items) {
                switch (item) {
                    case Value.Text text -> texts.add(text);
                    case Value.Whole number -> texts.add(number);
                    case Value.Real number -> texts.add(number);
                    default -> problems.expected(path(key), "a list of texts", item);
                }
            }
            return List.copyOf(texts);
        });
    }

    /** A list of finite numbers; a number alone is a list of one. */
    public Optional<List<Double>> numbers(String key) {
        return items(key, "a list of numbers").map(items -> {
            var numbers = new ArrayList<Double>();
            for (int i = 0; i < items.size(); i++) {
                var name = items.size() == 1 ? path(key) : path(key) + "[" + i + "]";
                number(name, items.get(i), -Double.MAX_VALUE, Double.MAX_VALUE).ifPresent(numbers::add);
            }
            return List.copyOf(numbers);
        });
    }

    private Optional<List<Value>> items(String key, String expected) {
        return value(key).flatMap(value -> switch (value) {
            case Value.Sequence list -> Optional.of(list.items());
            case Value.Scalar alone -> Optional.of(List.<Value>of(alone));
            default -> this.<List<Value>>wrong(key, expected, value);
        });
    }

    /** A list of anything. */
    public List<Value> list(String key, String expected, String hint) {
        return value(key).flatMap(value -> {
            if (value instanceof Value.Sequence list) {
                return Optional.of(list.items());
            }
            problems.expected(path(key), expected, value, hint);
            return Optional.<List<Value>>empty();
        }).orElse(List.of());
    }

    /** Reports every key that nobody asked for. */
    public void end() {
        end(Map.of());
    }

    /**
     * Reports every key that nobody asked for.
     *
     * @param renamed other names that people are likely to write → the right key
     */
    public void end(Map<String, String> renamed) {
        for (var key : map.entries().keySet()) {
            if (problems.full()) {
                return;
            }
            if (!asked.contains(key)) {
                var hint = renamed.containsKey(key)
                    ? "did you mean \"" + renamed.get(key) + "\"?"
                    : Suggestion.hint(key, asked);
                problems.add(map.keys().get(key),
                    "unknown key \"" + key + "\"" + (path.isEmpty() ? "" : " in " + path),
                    hint.isEmpty() ? "expected one of " + String.join(", ", asked) : hint);
            }
        }
    }

    /** What a quoted variable stands for. */
    static Value typed(Value value) {
        return value instanceof Value.Text text && text.expanded()
            ? CoreSchema.resolve(text.text(), text.location())
            : value;
    }

    OptionalInt integer(String name, Value value, int min, int max, String orElse) {
        double number = toDouble(value);
        if (number >= min && number <= max && number == Math.rint(number)) {
            return OptionalInt.of((int) number);
        }
        problems.expected(name, "a whole number" + range(String.valueOf(min), bound(max)) + orElse, value);
        return OptionalInt.empty();
    }

    private OptionalDouble number(String name, Value value, double min, double max) {
        double number = toDouble(value);
        if (number >= min && number <= max && Double.isFinite(number)) {
            return OptionalDouble.of(number);
        }
        problems.expected(name, "a number" + range(plain(min), plain(max)), value);
        return OptionalDouble.empty();
    }

    /** NaN for what is no number. */
    private static double toDouble(Value value) {
        return switch (typed(value)) {
            case Value.Whole whole -> whole.value().doubleValue();
            case Value.Real real -> real.value();
            default -> Double.NaN;
        };
    }

    private <T> Optional<T> unknownWord(String name, Value value, Collection<String> words) {
        var hint = value instanceof Value.Text text ? Suggestion.hint(text.text(), words) : "";
        problems.expected(name, "one of " + String.join(", ", words), value, hint);
        return Optional.empty();
    }

    private <T> Optional<T> wrong(String key, String expected, Value found) {
        problems.expected(path(key), expected, found);
        return Optional.empty();
    }

    private static String range(String min, String max) {
        if (min.isEmpty()) {
            return "";
        }
        return max.isEmpty() ? " of at least " + min : " from " + min + " to " + max;
    }

    private static String bound(int max) {
        return max == Integer.MAX_VALUE ? "" : String.valueOf(max);
    }

    private static String plain(double bound) {
        if (Math.abs(bound) == Double.MAX_VALUE) {
            return "";
        }
        return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
    }
}
