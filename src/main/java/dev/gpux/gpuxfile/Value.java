package dev.gpux.gpuxfile;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value of a GPUXfile that knows its place: parameters of a step, inputs and expectations of a golden test, defaults.
 *
 * <p>Unquoted scalars get the types of YAML 1.2's core schema (section 10.3): {@code true}, {@code 12}, {@code 0x1f},
 * {@code 1e-3}, {@code .inf}, {@code null}. So {@code no}, {@code on}, {@code 12:30} and dates are text, which YAML 1.1
 * would have turned into something else. Quoted scalars are text. Variables are already expanded. Immutable; at most
 * {@value TreeReader#MAX_NESTING} levels deep.
 */
public sealed interface Value {
    /** Where it begins. */
    Location location();

    /** What this is, for an error message: {@code the number 3}, {@code "abc"}, {@code a list}. */
    default String describe() {
        return switch (this) {
            case Null _ -> "nothing";
            case Bool bool -> String.valueOf(bool.value());
            case Whole whole -> written(whole).map(text -> "the number " + text).orElse("a number");
            case Real real -> written(real).map(text -> "the number " + text).orElse("a number");
            case Text text when text.text().isEmpty() -> "an empty text";
            case Text text -> written(text).map(quoted -> '"' + quoted + '"').orElse("text");
            case Sequence sequence -> sequence.items().isEmpty() ? "an empty list" : "a list";
            case Mapping mapping -> mapping.entries().isEmpty() ? "an empty map" : "a map";
        };
    }

    /**
     * The text, cut to what a message can hold, if it stands in the file as it is. What a variable brought is not given
     * out: it may be a secret.
     */
    private static Optional<String> written(Scalar scalar) {
        int limit = 40;
        var text = scalar.text();
        if (!scalar.location().source().reads(scalar.location(), text)) {
            return Optional.empty();
        }
        return Optional.of(text.codePointCount(0, text.length()) <= limit
            ? text
            : text.substring(0, text.offsetByCodePoints(0, limit)) + "…");
    }

    /** A value without parts. */
    sealed interface Scalar extends Value {
        /** As it was written, variables expanded, without quotes: {@code 1.0} and {@code 1.00} differ. */
        String text();
    }

    /** {@code null}, {@code ~}, or nothing after the colon. */
    record Null(Location location) implements Value {
    }

    /** {@code true} or {@code false}. */
    record Bool(boolean value, String text, Location location) implements Scalar {
    }

    /** A whole number of any size up to 300 digits. */
    record Whole(BigInteger value, String text, Location location) implements Scalar {
    }

    /** Any other number; infinities and NaN included. */
    record Real(double value, String text, Location location) implements Scalar {
    }

    /**
     * Text.
     *
     * @param expanded whether a variable is in it. Inside {@code {…}} and {@code […]} YAML wants quotes around a
     *                 variable, so such a text may also be the number or truth value that its place wants:
     *                 {@link Fields} reads it so
     */
    record Text(String text, boolean expanded, Location location) implements Scalar {
        Text(String text, Location location) {
            this(text, false, location);
        }
    }

    /** A list. */
    record Sequence(List<Value> items, Location location) implements Value {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /**
     * A map in the order of the file.
     *
     * @param entries key → value
     * @param keys    key → where the key stands; has the keys of {@code entries}
     */
    record Mapping(Map<String, Value> entries, Map<String, Location> keys, Location location) implements Value {
        public Mapping {
            entries = Ordered.copyOf(entries);
            keys = Ordered.copyOf(keys);
        }

        /** A map without entries, for a step that has no parameters. */
        static Mapping empty(Location location) {
            return new Mapping(Map.of(), Map.of(), location);
        }

        /** A map with one entry that stands where its value stands. */
        static Mapping of(String key, Value value) {
            return new Mapping(Map.of(key, value), Map.of(key, value.location()), value.location());
        }
    }
}
