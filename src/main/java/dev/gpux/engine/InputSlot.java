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
 * @param list whether several may be given, for {@link InputSpec.Type#TEXT}
 * @param tensor for {@link InputSpec.Type#TENSOR}, which numbers: those that the model declares, or the GPUXfile where a
 *     step reads them
 * @param initial what is taken if nothing is given
 */
public record InputSlot(String name, InputSpec.Type type, String description, boolean list, Optional<ValueInfo> tensor,
                        Optional<Input> initial) {
    InputSlot withInitial(Input value) {
        return new InputSlot(name, type, description, list, tensor, Optional.of(value));
    }

    /** {@code text: text}, {@code x: float32[1, 3]}. */
    @Override
    public String toString() {
        return tensor.map(ValueInfo::toString).orElseGet(() -> name + ": " + type.name().toLowerCase(Locale.ROOT)
            + (list ? "s" : ""));
    }
}
