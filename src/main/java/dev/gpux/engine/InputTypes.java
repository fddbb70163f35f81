package dev.gpux.engine;

import dev.gpux.gpuxfile.InputSpec;
import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.InputKind;
import java.util.List;
import java.util.Optional;

/** The types of a GPUXfile's inputs, as far as steps are concerned. */
final class InputTypes {
    /** Numbers of which nothing is said. */
    static final TensorType ANY = new TensorType(ElementType.FLOAT32, List.of());

    private InputTypes() { }

    /** The tensor that an input of numbers is; empty for other inputs. */
    static Optional<TensorType> of(InputSpec spec) {
        return switch (spec.type()) {
            case TENSOR -> Optional.of(new TensorType(
                spec.dtype().flatMap(ElementType::fromLabel).orElse(ElementType.FLOAT32),
                spec.shape().orElse(List.of()).stream().map(InputTypes::dimension).toList()));
            case NUMBER -> Optional.of(ANY);
            case TEXT, IMAGE, AUDIO -> Optional.empty();
        };
    }

    private static Dimension dimension(dev.gpux.gpuxfile.Dimension dimension) {
        return switch (dimension) {
            case dev.gpux.gpuxfile.Dimension.Fixed(long size) -> Dimension.fixed(size);
            case dev.gpux.gpuxfile.Dimension.Free(var name) -> new Dimension(-1, name);
        };
    }

    /** What a person gives for it. */
    static InputKind kind(InputSpec spec) {
        return switch (spec.type()) {
            case TEXT -> InputKind.TEXT;
            case IMAGE -> InputKind.IMAGE;
            case AUDIO -> InputKind.AUDIO;
            case NUMBER, TENSOR -> InputKind.NUMBERS;
        };
    }
}
