package dev.gpux.gpuxfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the root of a GPUXfile. */
final class GpuxfileParser {
    private static final int MAX_NAME = 128;

    private final Fields fields;
    private final Problems problems;

    private GpuxfileParser(Fields fields) {
        this.fields = fields;
        this.problems = fields.problems();
    }

    /** The records; where there are problems, they are only good enough to look for further problems. */
    static Gpuxfile parse(Value.Mapping root, Path file, List<Note> notes, Problems problems) {
        return new GpuxfileParser(new Fields(root, "", problems)).gpuxfile(file, notes);
    }

    /** A model among a step's parameters; empty if its source is wrong. */
    static Optional<NestedModel> nested(Fields step) {
        var parser = new GpuxfileParser(step);
        var model = parser.modelSpec(step);
        var before = parser.steps("preprocess");
        var after = parser.steps("postprocess");
        return model.map(spec -> new NestedModel(spec, before, after));
    }

    private Gpuxfile gpuxfile(Path file, List<Note> notes) {
        var gpuxfile = new Gpuxfile(
            name("name").orElseGet(() -> Gpuxfile.nameOf(file)),
            name("version"),
            fields.text("description"),
            model(),
            fields.fields("runtime").map(RuntimeParser::parse).orElse(RuntimeSpec.NONE),
            fields.fields("inputs").map(InputParser::parseAll).orElse(Map.of()),
            steps("preprocess"),
            steps("postprocess"),
            fields.fields("serve").map(ServeParser::parse).orElse(ServeSpec.NONE),
            tests(),
            state(),
            file,
            notes);
        fields.end(AncestorFormat.RENAMED);
        return gpuxfile;
    }

    private Optional<String> name(String key) {
        var text = fields.text(key);
        if (text.isPresent() && !isName(text.get())) {
            fields.value(key).ifPresent(value -> problems.expected(key,
                "at most " + MAX_NAME + " letters, digits, \".\", \"_\" and \"-\", beginning with a letter or digit",
                value));
            return Optional.empty();
        }
        return text;
    }

    /** What can be a part of a URL, of a file name and of {@code name:tag} on every system. */
    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letter && (i == 0 || c != '.' && c != '_' && c != '-')) {
                return false;
            }
        }
        return text.length() <= MAX_NAME;
    }

    private ModelSpec model() {
        var placeholder = new ModelSpec(new ModelSource.File(Path.of("model.onnx")), Optional.empty());
        fields.require("model", "model: {source: model.onnx}");
        return fields.value("model").flatMap(value -> switch (value) {
            case Value.Text source -> source("model", source).map(s -> new ModelSpec(s, Optional.empty()));
            case Value.Mapping map -> model(new Fields(map, "model", problems));
            default -> {
                problems.expected("model", "a path, or a map with source", value);
                yield Optional.empty();
            }
        }).orElse(placeholder);
    }

    private Optional<ModelSpec> model(Fields model) {
        var spec = modelSpec(model);
        model.end(Map.of("path", "source", "file", "source", "url", "source", "hash", "sha256"));
        return spec;
    }

    private Optional<ModelSpec> modelSpec(Fields model) {
        var source = model.require("source", "a path, https://… or hf://owner/repository/file").value("source")
            .flatMap(value -> source(model.path("source"), value));
        var sha256 = sha256(model);
        return source.map(s -> new ModelSpec(s, sha256));
    }

    private Optional<ModelSource> source(String path, Value value) {
        if (!(value instanceof Value.Text text)) {
            problems.expected(path, "a path, https://… or hf://owner/repository/file", value);
            return Optional.empty();
        }
        try {
            var source = ModelSource.parse(text.text());
            if (source instanceof ModelSource.HuggingFace hub && hub.file().isEmpty()) {
                throw new ModelSource.MalformedException("the file in the repository is missing: "
                    + "expected hf://owner/repository/file");
            }
            return Optional.of(source);
        } catch (ModelSource.MalformedException e) {
            problems.add(text.location(), path + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<String> sha256(Fields model) {
        var text = model.text("sha256").map(digest -> digest.toLowerCase(Locale.ROOT));
        if (text.isPresent() && !(text.get().length() == 64 && isHex(text.get()))) {
            model.value("sha256").ifPresent(value ->
                problems.expected(model.path("sha256"), "64 hexadecimal digits", value));
            return Optional.empty();
        }
        return text;
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private List<Step> steps(String key) {
        var steps = new ArrayList<Step>();
        for (var item : fields.list(key, "a list of steps", "begin each step with a dash: - name: {…}")) {
            switch (item) {
                case Value.Text name -> step(key, name.text(), name.location(), Value.Mapping.empty(name.location()))
                    .ifPresent(steps::add);
                case Value.Mapping map when map.entries().size() == 1 -> {
                    var name = map.entries().keySet().iterator().next();
                    step(key, name, map.keys().get(name), params(map.entries().get(name))).ifPresent(steps::add);
                }
                case Value.Mapping map when map.entries().size() > 1 -> problems.add(map.location(),
                    key + ": expected one step, found " + String.join(", ", map.entries().keySet()),
                    "indent a step's parameters deeper than its name, or put them in {…}");
                default -> problems.expected(key, "a step: its name, or name: {…}", item);
            }
        }
        return steps;
    }

    private static Value.Mapping params(Value value) {
        return switch (value) {
            case Value.Mapping map -> map;
            case Value.Null nothing -> Value.Mapping.empty(nothing.location());
            case Value plain -> Value.Mapping.of(Step.VALUE, plain);
        };
    }

    private Optional<Step> step(String key, String name, Location at, Value.Mapping params) {
        if (!isName(name) || name.isEmpty()) {
            problems.add(at, key + ": expected the name of a step", "as in - softmax, or - top_k: {k: 5}");
            return Optional.empty();
        }
        return Optional.of(new Step(name, params, at));
    }

    private List<GoldenTest> tests() {
        var tests = new ArrayList<GoldenTest>();
        var hint = "begin each test with a dash: - {input: …, expect: …}";
        for (var item : fields.list("tests", "a list of tests", hint)) {
            if (item instanceof Value.Mapping map) {
                tests.add(test(new Fields(map, "tests[" + tests.size() + "]", problems), map.location()));
            } else {
                problems.expected("tests", "a map with input and expect", item);
            }
        }
        return tests;
    }

    private GoldenTest test(Fields test, Location at) {
        var parsed = new GoldenTest(
            test.text("name"),
            test.mapping("input").map(Value.Mapping::entries).orElse(Map.of()),
            test.require("expect", "a map from outputs to values").mapping("expect")
                .map(Value.Mapping::entries).orElse(Map.of()),
            test.number("tolerance", 0, Double.MAX_VALUE),
            at);
        if (parsed.expect().isEmpty()) {
            test.value("expect").filter(Value.Mapping.class::isInstance).ifPresent(value ->
                problems.expected(test.path("expect"), "at least one output with its value", value));
        }
        test.end(Map.of("inputs", "input", "output", "expect", "outputs", "expect", "expected", "expect"));
        return parsed;
    }

    private Map<String, String> state() {
        var state = new LinkedHashMap<String, String>();
        fields.fields("state").ifPresent(map -> {
            for (var input : map.names()) {
                map.text(input).ifPresent(output -> state.put(input, output));
            }
        });
        return state;
    }
}
