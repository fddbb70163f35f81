package dev.gpux.server.model;

import dev.gpux.pipeline.Input;
import dev.gpux.server.oip.TensorData;
import java.util.List;
import java.util.Map;

/**
 * A request to {@code /predict}.
 *
 * @param inputs what is no tensor, by name
 * @param tensors what is
 */
public record PredictRequest(Map<String, Input> inputs, List<TensorData> tensors) {
    /** Keeps immutable copies. */
    public PredictRequest {
        inputs = Map.copyOf(inputs);
        tensors = List.copyOf(tensors);
    }
}
