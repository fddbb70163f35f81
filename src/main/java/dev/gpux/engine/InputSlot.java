package dev.gpux.engine;

import dev.gpux.gpuxfile.InputSpec;
import dev.gpux.ort.ValueInfo;
import dev.gpux.pipeline.Input;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that a person gives a model.
 *
 * @param name its name
 * @param type what kind of thing it is
 * @param description what the GPUXfile says of it; may be empty
 * @param tensor the model's input that it goes into as it is, for {@link InputSpec.Type#TENSOR}
 * @param initial what is taken if nothing is given
 */
public record InputSlot(String name, InputSpec.Type type, String description, Optional<ValueInfo> tensor,
                        Optional<Input> initial) {
    /** {@code text: text}, {@code x: float32[1, 3]}. */
    @Override
    public String toString() {
        return tensor.map(ValueInfo::toString).orElse(name + ": " + type.name().toLowerCase(Locale.ROOT));
    }
}
