package dev.gpux.gpuxfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads one of {@code inputs:}. */
final class InputParser {
    private static final List<String> TYPES = List.of("text", "image", "audio", "number", "tensor");

    private final Fields fields;
    private final Problems problems;

    private InputParser(Fields fields) {
        this.fields = fields;
        this.problems = fields.problems();
    }

    /** All inputs; a word in place of a map is the input's type. */
    static Map<String, InputSpec> parseAll(Fields inputs) {
        var specs = new LinkedHashMap<String, InputSpec>();
        for (var name : inputs.names()) {
            inputs.value(name).ifPresent(value -> {
                var map = value instanceof Value.Text type ? Optional.of(Value.Mapping.of("type", type))
                    : inputs.mapping(name);
                map.ifPresent(m -> new InputParser(new Fields(m, inputs.path(name), inputs.problems())).input()
                    .ifPresent(spec -> specs.put(name, spec)));
            });
        }
        return specs;
    }

    private Optional<InputSpec> input() {
        var type = fields.require("type", "one of " + String.join(", ", TYPES)).choice("type", TYPES)
            .map(word -> InputSpec.Type.valueOf(word.toUpperCase(Locale.ROOT)));
        var description = fields.text("description");
        var initial = fields.value("default");
        var maxLength = OptionalInt.empty();
        boolean list = false;
        Optional<String> dtype = Optional.empty();
        Optional<List<Dimension>> shape = Optional.empty();
        // Without a type nothing can be said of the keys that only some types have.
        if (type.isEmpty() || type.get() == InputSpec.Type.TEXT) {
            maxLength = fields.integer("max_length", 1, Integer.MAX_VALUE);
            list = fields.bool("list").orElse(false);
        }
        if (type.isEmpty() || type.get() == InputSpec.Type.TENSOR) {
            dtype = fields.choice("dtype", InputSpec.DTYPES);
            shape = shape();
        }
        fields.end();
        if (type.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new InputSpec(type.get(), description, initial, maxLength, list, dtype, shape));
    }

    private Optional<List<Dimension>> shape() {
        var value = fields.value("shape");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        var expected = "a list of sizes and names, such as [batch, 3, 224, 224]";
        var any = new Dimension.Free(Optional.empty());
        var dimensions = new ArrayList<Dimension>();
        for (var item : fields.list("shape", expected, "")) {
            switch (Fields.typed(item)) {
                case Value.Null _ -> dimensions.add(any);
                case Value.Text text when text.text().equals("?") -> dimensions.add(any);
                case Value.Text text when !text.text().isBlank() ->
                    dimensions.add(new Dimension.Free(Optional.of(text.text())));
                case Value.Whole size when size.value().bitLength() < Long.SIZE && size.value().longValue() >= -1 ->
                    dimensions.add(size.value().signum() < 0 ? any : new Dimension.Fixed(size.value().longValue()));
                default -> problems.expected(fields.path("shape"), "a size, a name, or -1 for any size", item);
            }
        }
        return Optional.of(dimensions);
    }
}
