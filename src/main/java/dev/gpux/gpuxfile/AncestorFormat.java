package dev.gpux.gpuxfile;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The {@code gpux.yml} of GPUX's Python ancestor, turned into the tree of a GPUXfile before that is read. Every key
 * that changes or is dropped leaves a {@link Note}; keys that the ancestor did not know stay, so that they are judged
 * as strictly as in a GPUXfile.
 */
final class AncestorFormat {
    /** The ancestor's names for what a GPUXfile has, too. */
    static final Map<String, String> RENAMED =
        Map.of("serving", "serve", "preprocessing", "preprocess", "postprocessing", "postprocess");

    private final Value.Mapping root;
    private final List<Note> notes;

    private AncestorFormat(Value.Mapping root, List<Note> notes) {
        this.root = root;
        this.notes = notes;
    }

    /** Whether a file of this name may hold the ancestor's keys. A file called GPUXfile may not. */
    static boolean mayBeIn(Path file) {
        var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(".yml") || name.endsWith(".yaml");
    }

    static Value.Mapping translate(Value.Mapping root, List<Note> notes) {
        var tree = new AncestorFormat(root, notes).translate();
        notes.sort(Comparator.comparing(Note::location));
        return tree;
    }

    private Value.Mapping translate() {
        var file = new Entries(root, "");
        file.replace("model", this::model);
        file.replace("inputs", this::inputs);
        file.replace("runtime", this::runtime);
        if (!root.entries().containsKey("serve")) {
            file.rename("serving", "serve", this::serving);
        }
        if (!root.entries().containsKey("preprocess")) {
            preprocessing(file);
        }
        file.drop("outputs", "the model says what its outputs are, postprocess what becomes of them");
        file.drop("metadata", "it is only for people");
        file.drop("tags", "they are only for people");
        return file.build();
    }

    private Value model(Value value) {
        return edit(value, "model.", model -> {
            model.drop("format", "the file itself says it");
            model.drop("version", "the GPUXfile's version counts");
        });
    }

    /** A list of maps with a name each, or a map from names. */
    private Value inputs(Value value) {
        var map = value instanceof Value.Sequence list ? named(list) : value;
        if (!(map instanceof Value.Mapping inputs)) {
            return value;
        }
        var edited = new LinkedHashMap<String, Value>();
        inputs.entries().forEach((name, input) -> edited.put(name, input(name, input)));
        return new Value.Mapping(edited, inputs.keys(), inputs.location());
    }

    private static Value named(Value.Sequence list) {
        var entries = new LinkedHashMap<String, Value>();
        var keys = new LinkedHashMap<String, Location>();
        for (var item : list.items()) {
            if (!(item instanceof Value.Mapping map) || !(map.entries().get("name") instanceof Value.Text name)
                || keys.containsKey(name.text())) {
                return list;
            }
            var input = new LinkedHashMap<>(map.entries());
            input.remove("name");
            entries.put(name.text(), new Value.Mapping(input, map.keys(), map.location()));
            keys.put(name.text(), name.location());
        }
        return new Value.Mapping(entries, keys, list.location());
    }

    private Value input(String name, Value value) {
        var prefix = "inputs." + name + ".";
        return value instanceof Value.Text type ? type(prefix, type) : edit(value, prefix, input -> {
            boolean old = input.get("type").map(AncestorFormat::isOldType).orElse(false);
            input.replace("type", type -> type(prefix, type));
            input.drop("required", "an input is required unless it has a default");
            if (old) {
                input.drop("shape", "the model's own shape counts");
            }
            if (input.get("type").map(type -> !isText(type)).orElse(false)) {
                input.drop("max_length", "it is for texts");
            }
        });
    }

    private Value type(String prefix, Value value) {
        if (!isOldType(value)) {
            return value;
        }
        var old = (Value.Text) value;
        boolean string = old.text().equals("string") || old.text().equals("str");
        var type = string ? "text" : "tensor";
        note(value.location(), prefix + "type " + old.text() + " is read as " + type
            + (string ? "" : " with the model's own dtype"));
        return new Value.Text(type, value.location());
    }

    private static boolean isOldType(Value type) {
        return type instanceof Value.Text text && (text.text().equals("str") || InputSpec.DTYPES.contains(text.text()));
    }

    private static boolean isText(Value type) {
        return type instanceof Value.Text text && text.text().equals("text");
    }

    private Value runtime(Value value) {
        return edit(value, "runtime.", runtime -> {
            if (runtime.get("gpu").orElse(null) instanceof Value.Mapping gpu) {
                runtime.remove("gpu");
                var rest = new Entries(gpu, "runtime.gpu.");
                rest.replace("backend", AncestorFormat::providers);
                rest.moveTo(runtime, "memory", "memory");
                rest.moveTo(runtime, "backend", "providers");
                for (var unknown : rest.names()) {
                    runtime.put("gpu." + unknown, rest.keys.get(unknown), rest.remove(unknown));
                }
            }
            runtime.drop("batch_size", "serve.batching is for that");
            runtime.drop("timeout", "serve.timeout_ms is for that");
            runtime.drop("enable_profiling", "gpux bench measures");
        });
    }

    /** The ancestor fell back to the CPU wherever it could not have the backend. */
    private static Value providers(Value backend) {
        if (!(backend instanceof Value.Text text) || text.text().equals("auto") || text.text().equals("cpu")) {
            return backend;
        }
        var provider = switch (text.text()) {
            case "metal" -> "coreml";
            case "dx12" -> "directml";
            case "vulkan" -> "webgpu";
            case String other -> other;
        };
        var at = backend.location();
        return new Value.Sequence(List.of(new Value.Text(provider, at), new Value.Text("cpu", at)), at);
    }

    private Value serving(Value value) {
        return edit(value, "serving.", "serve.", serving -> {
            serving.rename("timeout", "timeout_ms", AncestorFormat::milliseconds);
            serving.rename("max_workers", "workers", workers -> workers);
            if (serving.get("batch_size").orElse(null) instanceof Value.Whole size
                && size.value().equals(BigInteger.ONE)) {
                serving.drop("batch_size", "without serve.batching each request runs alone");
            } else {
                serving.rename("batch_size", "batching", size -> Value.Mapping.of("max_size", size));
            }
        });
    }

    /** Seconds, as a number or as {@code 5s}. */
    private static Value milliseconds(Value value) {
        if (!(value instanceof Value.Scalar scalar)) {
            return value;
        }
        var text = scalar.text();
        var seconds = text.endsWith("s") ? text.substring(0, text.length() - 1).strip() : text;
        return switch (CoreSchema.resolve(seconds, value.location())) {
            case Value.Whole whole -> new Value.Real(whole.value().doubleValue() * 1000, text, value.location());
            case Value.Real real -> new Value.Real(real.value() * 1000, text, value.location());
            default -> value;
        };
    }

    /** A tokenizer's file becomes a step where there is a text; the ancestor never applied anything of this. */
    private void preprocessing(Entries file) {
        if (!(file.get("preprocessing").orElse(null) instanceof Value.Mapping old)) {
            return;
        }
        var rest = new Entries(old, "preprocessing.");
        var text = textInput(file);
        if (text.isPresent() && rest.get("tokenizer").orElse(null) instanceof Value.Text tokenizer
            && tokenizer.text().endsWith(".json")) {
            var params = new Entries(Value.Mapping.of("input", new Value.Text(text.get(), tokenizer.location())),
                "preprocess.tokenize.");
            rest.moveTo(params, "tokenizer", "tokenizer");
            rest.moveTo(params, "max_length", "max_length");
            file.put("preprocess", file.keys.get("preprocessing"), new Value.Sequence(
                List.of(Value.Mapping.of("tokenize", params.build())), old.location()));
        }
        for (var key : rest.names()) {
            rest.drop(key, "the Python version never applied it either; write it as a step under preprocess");
        }
        file.remove("preprocessing");
    }

    private static Optional<String> textInput(Entries file) {
        if (file.get("inputs").orElse(null) instanceof Value.Mapping inputs) {
            for (var input : inputs.entries().entrySet()) {
                if (isText(input.getValue())
                    || input.getValue() instanceof Value.Mapping map && isText(map.entries().get("type"))) {
                    return Optional.of(input.getKey());
                }
            }
        }
        return Optional.empty();
    }

    private Value edit(Value value, String prefix, Consumer<Entries> change) {
        return edit(value, prefix, prefix, change);
    }

    private Value edit(Value value, String prefix, String now, Consumer<Entries> change) {
        if (!(value instanceof Value.Mapping map)) {
            return value;
        }
        var entries = new Entries(map, prefix, now);
        change.accept(entries);
        return entries.build();
    }

    private void note(Location at, String text) {
        notes.add(new Note(at, text));
    }

    /** A map that is being changed; its keys are called {@code prefix + key}, the new ones {@code now + key}. */
    private final class Entries {
        private final String prefix;
        private final String now;
        private final Location location;
        private final Map<String, Value> values;
        private final Map<String, Location> keys;

        Entries(Value.Mapping map, String prefix) {
            this(map, prefix, prefix);
        }

        Entries(Value.Mapping map, String prefix, String now) {
            this.prefix = prefix;
            this.now = now;
            this.location = map.location();
            this.values = new LinkedHashMap<>(map.entries());
            this.keys = new LinkedHashMap<>(map.keys());
        }

        List<String> names() {
            return List.copyOf(values.keySet());
        }

        Optional<Value> get(String key) {
            return Optional.ofNullable(values.get(key));
        }

        void put(String key, Location at, Value value) {
            values.put(key, value);
            keys.put(key, at);
        }

        Value remove(String key) {
            return values.remove(key);
        }

        void replace(String key, UnaryOperator<Value> change) {
            values.computeIfPresent(key, (_, value) -> change.apply(value));
        }

        void rename(String key, String to, UnaryOperator<Value> change) {
            if (values.containsKey(key) && !values.containsKey(to)) {
                moveTo(this, key, to);
                replace(to, change);
            }
        }

        void moveTo(Entries other, String key, String to) {
            if (values.containsKey(key) && !other.values.containsKey(to)) {
                note(keys.get(key), prefix + key + " is read as " + other.now + to);
                other.put(to, keys.get(key), values.remove(key));
            }
        }

        void drop(String key, String why) {
            if (values.remove(key) != null) {
                note(keys.get(key), prefix + key + " is not used: " + why);
            }
        }

        Value.Mapping build() {
            keys.keySet().retainAll(values.keySet());
            return new Value.Mapping(values, keys, location);
        }
    }
}
