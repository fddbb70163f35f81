package dev.gpux.pipeline.step.output;

import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The names of a model's classes, from the parameters {@code labels} and {@code labels_from} of a step: a list in the
 * GPUXfile, a file, or a fact in the model's metadata.
 *
 * @param names in the order of the model's output; empty: the classes have numbers
 */
public record Labels(List<String> names) {
    private static final long MAX_BYTES = 16 << 20;

    /** Keeps an immutable copy. */
    public Labels {
        names = List.copyOf(names);
    }

    /**
     * Reads the parameters.
     *
     * @param classes how many there must be, if that is known
     */
    public static Labels of(Parameters parameters, ModelSignature model, OptionalLong classes) {
        var listed = parameters.texts("labels");
        var key = parameters.text("labels_from");
        if (listed.isPresent() && key.isPresent()) {
            throw parameters.error("labels_from", "expected labels or labels_from, not both");
        }
        var parameter = key.isPresent() ? "labels_from" : "labels";
        var names = key.map(k -> ofMetadata(parameters, model, k))
            .or(() -> listed.map(list -> list.size() == 1 ? ofFile(parameters) : list)).orElse(List.of());
        if (!names.isEmpty() && classes.isPresent() && classes.getAsLong() != names.size()) {
            throw parameters.error(parameter, "there are " + names.size() + " labels; the model has "
                + classes.getAsLong() + " classes");
        }
        return new Labels(names);
    }

    private static List<String> ofMetadata(Parameters parameters, ModelSignature model, String key) {
        var custom = model.metadata().custom();
        var names = Optional.ofNullable(custom.get(key)).map(LabelText::parse).orElse(List.of());
        if (names.isEmpty()) {
            throw parameters.error("labels_from", "the model's metadata have no labels under '" + key + "'; the keys are "
                + (custom.isEmpty() ? "none" : String.join(", ", custom.keySet().stream().sorted().toList())));
        }
        return names;
    }

    private static List<String> ofFile(Parameters parameters) {
        Path file = parameters.file("labels").orElseThrow();
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw parameters.error("labels", file + " is larger than " + (MAX_BYTES >> 20) + " MiB");
            }
            var names = LabelText.parse(Files.readString(file));
            if (names.isEmpty()) {
                throw parameters.error("labels", file + " has no labels");
            }
            return names;
        } catch (CharacterCodingException e) {
            throw parameters.error("labels", file + " is not UTF-8 text");
        } catch (IOException e) {
            throw parameters.error("labels", "cannot read " + file + ", a file with one label a line; or list the labels "
                + "themselves: [cat, dog]");
        }
    }

    /** What a class is called; its number where it has no name. */
    public String name(int index) {
        return index >= 0 && index < names.size() ? names.get(index) : Integer.toString(index);
    }
}
