package dev.gpux.provider;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of one provider that GPUX knows, and what values they take. Texts are what the C API takes; this is what
 * keeps a wrong one from getting that far, where some providers ignore it and others end the process.
 */
final class OptionTable {
    /** ORT's own limit ({@code SessionOptionsAppendExecutionProvider}, provider options). */
    private static final int LONGEST = 1024;

    private final String provider;
    private final Map<String, Rule> rules = new LinkedHashMap<>();

    OptionTable(String provider) {
        this.provider = provider;
    }

    /** What a value must be. */
    private sealed interface Rule {
        /** The value as ORT reads it; empty if it is not one. */
        Optional<String> read(String value);

        /** What was expected. */
        String expected();
    }

    private record Whole(long min, long max) implements Rule {
        @Override
        public Optional<String> read(String value) {
            try {
                long number = Long.parseLong(value);
                return number >= min && number <= max ? Optional.of(Long.toString(number)) : Optional.empty();
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public String expected() {
            return max == Long.MAX_VALUE ? "a whole number from " + min + " on"
                : "a whole number from " + min + " to " + max;
        }
    }

    private record Choice(List<String> values) implements Rule {
        @Override
        public Optional<String> read(String value) {
            return values.stream().filter(each -> each.equalsIgnoreCase(value)).findFirst();
        }

        @Override
        public String expected() {
            return "one of " + String.join(", ", values);
        }
    }

    private record Flag(String on, String off) implements Rule {
        @Override
        public Optional<String> read(String value) {
            return switch (value) {
                case "1", "true", "True" -> Optional.of(on);
                case "0", "false", "False" -> Optional.of(off);
                default -> Optional.empty();
            };
        }

        @Override
        public String expected() {
            return "true or false";
        }
    }

    private record Text() implements Rule {
        @Override
        public Optional<String> read(String value) {
            return Optional.of(value);
        }

        @Override
        public String expected() {
            return "a text";
        }
    }

    /** A whole number in a range. */
    OptionTable whole(String key, long min, long max) {
        rules.put(key, new Whole(min, max));
        return this;
    }

    /** A number of bytes. */
    OptionTable bytes(String key) {
        return whole(key, 1, Long.MAX_VALUE);
    }

    /** Truth values that ORT reads as 1 and 0. */
    OptionTable flags(String... keys) {
        for (var key : keys) {
            rules.put(key, new Flag("1", "0"));
        }
        return this;
    }

    /** Truth values that the provider wants in words of its own. */
    OptionTable flags(String on, String off, List<String> keys) {
        keys.forEach(key -> rules.put(key, new Flag(on, off)));
        return this;
    }

    /** One of several words; case does not matter, ORT gets the word as it is here. */
    OptionTable choice(String key, String... values) {
        rules.put(key, new Choice(List.of(values)));
        return this;
    }

    /** Any text. */
    OptionTable texts(String... keys) {
        for (var key : keys) {
            rules.put(key, new Text());
        }
        return this;
    }

    /** All of {@code entries} as ORT reads them, in their order. */
    Map<String, String> checked(Map<String, String> entries) {
        var checked = new LinkedHashMap<String, String>();
        entries.forEach((key, value) -> checked.put(key, check(key, value)));
        return Collections.unmodifiableMap(checked);
    }

    /** {@code entries} with one more. */
    Map<String, String> with(Map<String, String> entries, String key, Object value) {
        var changed = new LinkedHashMap<>(entries);
        changed.put(key, value.toString());
        return changed;
    }

    private String check(String key, String value) {
        if (key.isBlank() || value.isEmpty() || key.length() > LONGEST || value.length() > LONGEST) {
            throw bad(key, value, "key and value must have 1 to " + LONGEST + " characters");
        }
        var rule = rules.get(key);
        if (rule == null) {
            return value;
        }
        return rule.read(value).orElseThrow(() -> bad(key, value, "expected " + rule.expected()));
    }

    private ProviderException bad(String key, String value, String expected) {
        var shown = value.length() > 60 ? value.substring(0, 60) + "…" : value;
        return new ProviderException(ProviderException.Kind.BAD_OPTION, provider,
            "option " + key + " of " + provider + ": '" + shown + "' will not do; " + expected);
    }
}
