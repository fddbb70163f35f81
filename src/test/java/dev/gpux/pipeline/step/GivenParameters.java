package dev.gpux.pipeline.step;

import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A step's parameters, given by a test as texts. */
record GivenParameters(Map<String, String> given) implements Parameters {
    @Override
    public Optional<String> text(String name) {
        return Optional.ofNullable(given.get(name));
    }

    @Override
    public Optional<String> choice(String name, List<String> allowed) {
        return text(name).filter(allowed::contains);
    }

    @Override
    public OptionalInt whole(String name, int min, int max) {
        return text(name).map(text -> OptionalInt.of(Integer.parseInt(text))).orElse(OptionalInt.empty());
    }

    @Override
    public OptionalDouble number(String name) {
        return text(name).map(text -> OptionalDouble.of(Double.parseDouble(text))).orElse(OptionalDouble.empty());
    }

    @Override
    public Optional<Boolean> flag(String name) {
        return text(name).map(Boolean::valueOf);
    }

    @Override
    public Optional<List<String>> texts(String name) {
        return text(name).map(text -> Arrays.asList(text.split(",")));
    }

    @Override
    public Optional<List<Double>> numbers(String name) {
        return texts(name).map(texts -> texts.stream().map(Double::valueOf).toList());
    }

    @Override
    public Optional<Path> file(String name) {
        return text(name).map(Path::of);
    }

    @Override
    public RuntimeException error(String name, String message) {
        return new PipelineException(name + ": " + message);
    }
}
