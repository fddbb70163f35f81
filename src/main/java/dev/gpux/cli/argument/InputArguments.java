package dev.gpux.cli.argument;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.InputSlot;
import dev.gpux.gpuxfile.Suggestion;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.tensorio.JsonTensors;
import dev.gpux.tensorio.TensorFiles;
import dev.gpux.tensorio.TensorFormatException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns {@code -i} arguments into inputs. */
public final class InputArguments {
    private static final long MOST_BYTES = 1L << 30;

    private final Arena arena;
    private final List<InputSlot> slots;

    public InputArguments(Arena arena, List<InputSlot> slots) {
        this.arena = arena;
        this.slots = slots;
    }

    /** The inputs that {@code arguments} give. */
    public Map<String, Input> parse(List<String> arguments) {
        var inputs = new HashMap<String, Input>();
        for (var argument : arguments) {
            if (argument.stripLeading().startsWith("{")) {
                inputs.putAll(InputObject.read(argument, "-i", this));
            } else if (argument.startsWith("@") && argument.toLowerCase(Locale.ROOT).endsWith(".json")) {
                inputs.putAll(InputObject.read(text(Path.of(argument.substring(1))), argument.substring(1), this));
            } else {
                named(argument, inputs);
            }
        }
        return inputs;
    }

    private void named(String argument, Map<String, Input> inputs) {
        int equals = argument.indexOf('=');
        if (equals <= 0) {
            throw new UsageException("-i takes NAME=VALUE or a JSON object, not '" + argument + "'; the names are "
                + String.join(", ", names()));
        }
        var slot = slot(argument.substring(0, equals));
        var value = value(slot, argument.substring(equals + 1));
        var before = inputs.put(slot.name(), value);
        if (before != null) {
            inputs.put(slot.name(), several(slot, before, value));
        }
    }

    /** What is given again is a further text where several are taken. */
    private static Input several(InputSlot slot, Input before, Input value) {
        if (!slot.list()) {
            throw new UsageException("input '" + slot.name() + "' was given twice");
        }
        var all = new ArrayList<>(before instanceof Input.Several(var inputs) ? inputs : List.of(before));
        all.addAll(value instanceof Input.Several(var inputs) ? inputs : List.of(value));
        return new Input.Several(all);
    }

    private List<String> names() {
        return slots.stream().map(InputSlot::name).toList();
    }

    /** The slot with this name. */
    public InputSlot slot(String name) {
        return slots.stream().filter(slot -> slot.name().equals(name)).findFirst().orElseThrow(() -> {
            var hint = Suggestion.hint(name, names());
            return new PipelineException("no input is named '" + name + "'"
                + (hint.isEmpty() ? "; expected " + String.join(", ", names()) : "; " + hint));
        });
    }

    private Input value(InputSlot slot, String value) {
        if (value.startsWith("@") && value.length() > 1) {
            return file(slot, Path.of(value.substring(1)));
        }
        return switch (slot.type()) {
            case TEXT -> new Input.Text(value);
            case IMAGE, AUDIO -> throw new UsageException("input '" + slot + "' takes a file: -i " + slot.name()
                + "=@FILE");
            case NUMBER, TENSOR -> json(slot, value);
        };
    }

    private Input json(InputSlot slot, String text) {
        var info = tensor(slot);
        boolean bare = info.type() instanceof TensorType type && type.elementType() == ElementType.STRING
            && !text.stripLeading().startsWith("[") && !text.stripLeading().startsWith("\"");
        try {
            return new Input.Numbers(JsonTensors.parse(arena, bare ? quoted(text) : text, info));
        } catch (TensorFormatException e) {
            throw e.in("-i " + slot.name());
        }
    }

    private static String quoted(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    /** Numbers from the JSON that {@code parser} is at. */
    Input json(InputSlot slot, JsonParser parser) throws IOException {
        return new Input.Numbers(JsonTensors.read(arena, parser, tensor(slot)));
    }

    private static ValueInfo tensor(InputSlot slot) {
        return slot.tensor().orElseThrow(() -> new PipelineException("input '" + slot + "' takes no numbers"));
    }

    /** An input from a file, named with or without an @. */
    public Input file(InputSlot slot, String name) {
        return file(slot, Path.of(name.startsWith("@") ? name.substring(1) : name));
    }

    private Input file(InputSlot slot, Path file) {
        return switch (slot.type()) {
            case TEXT -> new Input.Text(text(file));
            case IMAGE, AUDIO -> new Input.Encoded(bytes(file), file.toString());
            case NUMBER, TENSOR -> new Input.Numbers(TensorFiles.read(arena, file, tensor(slot)));
        };
    }

    private static String text(Path file) {
        try {
            requireSize(file);
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new PipelineException(file + " is not UTF-8 text");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            requireSize(file);
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void requireSize(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new PipelineException(file + " is larger than 1 GiB");
        }
    }

    private static PipelineException unreadable(Path file, IOException e) {
        return new PipelineException(e instanceof NoSuchFileException
            ? "there is no file " + file : "cannot read " + file + ": " + e.getMessage(), e);
    }
}
