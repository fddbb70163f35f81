package dev.gpux.gpuxfile;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads {@code runtime:}. */
final class RuntimeParser {
    private static final String AUTO = "auto";
    private static final int MAX_THREADS = 1024;

    private final Fields fields;
    private final Problems problems;

    private RuntimeParser(Fields fields) {
        this.fields = fields;
        this.problems = fields.problems();
    }

    static RuntimeSpec parse(Fields fields) {
        return new RuntimeParser(fields).runtime();
    }

    private RuntimeSpec runtime() {
        var runtime = new RuntimeSpec(
            providers(),
            fields.text("require"),
            options(),
            threads(),
            fields.bytes("memory"),
            session(),
            names("custom_ops"),
            fields.text("library"));
        fields.end(Map.of("provider", "providers", "execution_providers", "providers"));
        return runtime;
    }

    private List<String> providers() {
        var path = fields.path("providers");
        var value = fields.value("providers");
        if (value.isEmpty() || value.get() instanceof Value.Text text && text.text().equals(AUTO)) {
            return List.of();
        }
        if (value.get() instanceof Value.Sequence list) {
            if (list.items().isEmpty()) {
                problems.expected(path, "auto or a list of providers", list);
            }
            for (var item : list.items()) {
                if (item instanceof Value.Text text && text.text().equals(AUTO)) {
                    problems.add(item.location(), path + ": auto is not one of several", "write providers: auto");
                }
            }
        }
        return names("providers");
    }

    /** Texts that are not blank, none of them twice. */
    private List<String> names(String key) {
        var names = new LinkedHashSet<String>();
        for (var item : fields.texts(key).orElse(List.of())) {
            if (!(item instanceof Value.Text) || item.text().isBlank()) {
                problems.expected(fields.path(key), "a list of texts", item);
            } else if (!names.add(item.text())) {
                problems.add(item.location(), fields.path(key) + ": " + item.describe() + " is there twice");
            }
        }
        return List.copyOf(names);
    }

    private Map<String, Map<String, String>> options() {
        var options = new LinkedHashMap<String, Map<String, String>>();
        fields.fields("options").ifPresent(providers -> {
            for (var name : providers.names()) {
                var texts = new LinkedHashMap<String, String>();
                providers.scalars(name).forEach((key, value) -> texts.put(key, value.text()));
                options.put(name, Ordered.copyOf(texts));
            }
        });
        return options;
    }

    private RuntimeSpec.Threads threads() {
        var value = fields.value("threads");
        if (value.isEmpty()) {
            return RuntimeSpec.Threads.NONE;
        }
        if (value.get() instanceof Value.Scalar) {
            return new RuntimeSpec.Threads(autoOrNumber(fields, "threads"), OptionalInt.empty(), Optional.empty());
        }
        return fields.fields("threads").map(RuntimeParser::threads).orElse(RuntimeSpec.Threads.NONE);
    }

    private static RuntimeSpec.Threads threads(Fields threads) {
        var parsed = new RuntimeSpec.Threads(
            autoOrNumber(threads, "intra"),
            threads.integer("inter", 1, MAX_THREADS),
            threads.bool("spin"));
        threads.end();
        return parsed;
    }

    /** A number of threads; empty for {@code auto} as for nothing. */
    static OptionalInt autoOrNumber(Fields fields, String key) {
        var value = fields.value(key);
        if (value.isEmpty() || value.get() instanceof Value.Text text && text.text().equals(AUTO)) {
            return OptionalInt.empty();
        }
        return fields.integer(fields.path(key), value.get(), 1, MAX_THREADS, " or auto");
    }

    private Map<String, String> session() {
        var entries = new LinkedHashMap<String, String>();
        fields.scalars("session").forEach((key, value) -> entries.put(key, switch (value) {
            case Value.Bool bool -> bool.value() ? "1" : "0";
            default -> value.text();
        }));
        return entries;
    }
}
