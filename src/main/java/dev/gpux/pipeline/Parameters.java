package dev.gpux.pipeline;

import dev.gpux.ort.ValueType.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The parameters that a GPUXfile gives a step. A parameter of the wrong type is reported with its place in the file by the
 * reading method; a parameter that no method asked for is reported afterwards as unknown.
 */
public interface Parameters {
    /** A text. */
    Optional<String> text(String name);

    /** One of several words. */
    Optional<String> choice(String name, List<String> allowed);

    /** A whole number between {@code min} and {@code max}. */
    OptionalInt whole(String name, int min, int max);

    /** A number. */
    OptionalDouble number(String name);

    /** True or false. */
    Optional<Boolean> flag(String name);

    /** A list of texts; a single text counts as a list of one. */
    Optional<List<String>> texts(String name);

    /** A list of numbers; a single number counts as a list of one. */
    Optional<List<Double>> numbers(String name);

    /** A file; a relative path counts from the GPUXfile's folder. */
    Optional<Path> file(String name);

    /** The names of what a step can read at this place, in order: inputs, or outputs, and what the steps before made. */
    default List<String> readable() {
        return List.of();
    }

    /** The type of a tensor among {@link #readable}, as far as it is known before any run. */
    default Optional<TensorType> type(String readable) {
        return Optional.empty();
    }

    /** How many tokens of a text input a tokenising step keeps, where the GPUXfile says so of the input. */
    default OptionalInt maxLength(String input) {
        return OptionalInt.empty();
    }

    /** An error at the place of parameter {@code name}, or of the step if the parameter is not given. */
    RuntimeException error(String name, String message);
}
