package dev.gpux.engine;

import dev.gpux.gpuxfile.GoldenTest;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.gpuxfile.InputSpec;
import dev.gpux.gpuxfile.Problems;
import dev.gpux.gpuxfile.Suggestion;
import dev.gpux.gpuxfile.Value;
import dev.gpux.pipeline.Input;
import dev.gpux.tensorio.JsonTensors;
import dev.gpux.tensorio.TensorFiles;
import dev.gpux.tensorio.TensorFormatException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Inputs as a GPUXfile gives them: those of golden tests, and defaults. Text is text, or a list of texts where the input
 * takes several; pictures and sounds are the names of files, with or without {@code @}; numbers are given as they are, or
 * as {@code @FILE}.
 */
final class GivenValues {
    private static final String FILE = "@";

    private final Gpuxfile gpuxfile;
    private final List<InputSlot> slots;
    private final String where;
    private final Problems problems = new Problems();

    /** @param where the part of the GPUXfile that errors name: {@code tests} or {@code inputs} */
    GivenValues(Gpuxfile gpuxfile, List<InputSlot> slots, String where) {
        this.gpuxfile = gpuxfile;
        this.slots = slots;
        this.where = where;
    }

    /**
     * What a test gives the model.
     *
     * @throws GpuxfileException if an input is unknown, or its value is not one for it
     */
    Map<String, Input> of(GoldenTest test, Arena arena) {
        var inputs = new HashMap<String, Input>();
        test.input().forEach((name, value) ->
            slot(name, value).flatMap(slot -> input(slot, value, arena)).ifPresent(input -> inputs.put(name, input)));
        problems.throwIfAny();
        return inputs;
    }

    /**
     * The default of an input; may be used by any thread.
     *
     * @throws GpuxfileException if it is not one for it
     */
    Input initial(InputSlot slot, Value value) {
        var input = input(slot, value, Arena.ofAuto());
        problems.throwIfAny();
        return input.orElseThrow();
    }

    /** The files that defaults and tests read. */
    List<FileReference> files() {
        var files = new ArrayList<FileReference>();
        slots.forEach(slot -> Optional.ofNullable(gpuxfile.inputs().get(slot.name())).flatMap(InputSpec::initial)
            .flatMap(value -> file(slot, value)).ifPresent(files::add));
        for (var test : gpuxfile.tests()) {
            test.input().forEach((name, value) -> slots.stream().filter(slot -> slot.name().equals(name))
                .findFirst().flatMap(slot -> file(slot, value)).ifPresent(files::add));
        }
        return files;
    }

    private Optional<InputSlot> slot(String name, Value value) {
        var slot = slots.stream().filter(candidate -> candidate.name().equals(name)).findFirst();
        if (slot.isEmpty()) {
            var names = slots.stream().map(InputSlot::name).toList();
            var hint = Suggestion.hint(name, names);
            problems.add(value.location(), "no input is named \"" + name + "\"",
                hint.isEmpty() ? "expected " + String.join(", ", names) : hint);
        }
        return slot;
    }

    private Optional<FileReference> file(InputSlot slot, Value value) {
        if (!(value instanceof Value.Text(var text, var _, var location))) {
            return Optional.empty();
        }
        boolean marked = text.startsWith(FILE) && text.length() > 1;
        return switch (slot.type()) {
            case TEXT -> Optional.empty();
            case IMAGE, AUDIO -> Optional.of(new FileReference(
                gpuxfile.resolve(marked ? text.substring(1) : text), location, marked ? FILE : ""));
            case NUMBER, TENSOR -> marked
                ? Optional.of(new FileReference(gpuxfile.resolve(text.substring(1)), location, FILE))
                : Optional.empty();
        };
    }

    private Optional<Input> input(InputSlot slot, Value value, Arena arena) {
        var file = file(slot, value).map(FileReference::file);
        return switch (slot.type()) {
            case TEXT -> text(slot, value);
            case IMAGE, AUDIO -> file.isPresent() ? encoded(file.get(), value) : wrong(slot, "the name of a file", value);
            case NUMBER, TENSOR -> numbers(slot, file, value, arena);
        };
    }

    private Optional<Input> text(InputSlot slot, Value value) {
        return switch (value) {
            case Value.Scalar scalar -> Optional.of(new Input.Text(scalar.text()));
            case Value.Sequence list when slot.list() && !list.items().isEmpty()
                && list.items().stream().allMatch(Value.Scalar.class::isInstance) ->
                Optional.of(new Input.Several(list.items().stream()
                    .<Input>map(item -> new Input.Text(((Value.Scalar) item).text())).toList()));
            default -> wrong(slot, slot.list() ? "text, or a list of texts" : "text", value);
        };
    }

    private Optional<Input> wrong(InputSlot slot, String expected, Value value) {
        problems.expected(where + ": " + slot.name(), expected, value);
        return Optional.empty();
    }

    private Optional<Input> encoded(Path file, Value value) {
        try {
            return Optional.of(new Input.Encoded(Files.readAllBytes(file), file.toString()));
        } catch (IOException e) {
            problems.add(value.location(), "cannot read " + file, "the path counts from the GPUXfile's folder");
            return Optional.empty();
        }
    }

    private Optional<Input> numbers(InputSlot slot, Optional<Path> file, Value value, Arena arena) {
        if (slot.tensor().isEmpty()) {
            return wrong(slot, "another kind of input: nothing takes numbers here", value);
        }
        try {
            return Optional.of(new Input.Numbers(file.isPresent()
                ? TensorFiles.read(arena, file.get(), slot.tensor().get())
                : JsonTensors.parse(arena, json(value), slot.tensor().get())));
        } catch (TensorFormatException e) {
            problems.add(value.location(), where + ": " + slot.name() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static String json(Value value) {
        var json = new StringBuilder();
        write(value, json);
        return json.toString();
    }

    private static void write(Value value, StringBuilder json) {
        switch (value) {
            case Value.Null _ -> json.append("null");
            case Value.Bool bool -> json.append(bool.value());
            case Value.Whole whole -> json.append(whole.value());
            case Value.Real real -> json.append(real.value());
            case Value.Text text -> quote(text.text(), json);
            case Value.Sequence list -> {
                json.append('[');
                for (int i = 0; i < list.items().size(); i++) {
                    json.append(i == 0 ? "" : ",");
                    write(list.items().get(i), json);
                }
                json.append(']');
            }
            case Value.Mapping map -> {
                json.append('{');
                map.entries().forEach((key, item) -> {
                    json.append(json.charAt(json.length() - 1) == '{' ? "" : ",");
                    quote(key, json);
                    json.append(':');
                    write(item, json);
                });
                json.append('}');
            }
        }
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
