package dev.gpux.server.oip;

import java.util.List;
import java.util.OptionalLong;

/**
 * An inference request, read and checked against the model's signature.
 *
 * @param id what the client calls it; may be empty
 * @param inputs its tensors, each of which the model has; in the order of the request
 * @param outputs what it asks for, each of which the model has and is a tensor
 * @param timeoutMicros how long it may take, in microseconds
 */
public record InferRequest(String id, List<TensorData> inputs, List<RequestedOutput> outputs,
                           OptionalLong timeoutMicros) {
    /** Keeps immutable copies. */
    public InferRequest {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
