package dev.gpux.pipeline;

import dev.gpux.ort.ModelMetadata;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What steps are checked against.
 *
 * @param inputs the model's inputs
 * @param outputs the model's outputs
 * @param metadata what the model says of itself
 */
public record ModelSignature(List<ValueInfo> inputs, List<ValueInfo> outputs, ModelMetadata metadata) {
    /** The declared type of an input that is a tensor. */
    public Optional<TensorType> input(String name) {
        return tensor(inputs, name);
    }

    /** The declared type of an output that is a tensor. */
    public Optional<TensorType> output(String name) {
        return tensor(outputs, name);
    }

    private static Optional<TensorType> tensor(List<ValueInfo> infos, String name) {
        return infos.stream().filter(info -> info.name().equals(name) && info.type() instanceof TensorType)
            .map(info -> (TensorType) info.type()).findFirst();
    }

    /** The inputs for a message: {@code x: float32[1, 3], y: int64[n]}. */
    public String describeInputs() {
        return inputs.stream().map(ValueInfo::toString).collect(Collectors.joining(", "));
    }

    /** The outputs for a message. */
    public String describeOutputs() {
        return outputs.stream().map(ValueInfo::toString).collect(Collectors.joining(", "));
    }
}
