package dev.gpux.pipeline;

import dev.gpux.ort.ValueType.TensorType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A step before the model: reads what people gave, makes tensors for the model. Immutable, used by many threads. */
public interface Preprocessor {
    /** The inputs of the GPUXfile that it reads. */
    Set<String> reads();

    /** The model's inputs that it makes, or what a step after it reads. */
    Set<String> makes();

    /** What its inputs are; empty: what the GPUXfile says, or text. */
    default Optional<InputKind> takes() {
        return Optional.empty();
    }

    /** The types of the tensors that it makes, as far as they are known before any run: checked against the model. */
    default Map<String, TensorType> types() {
        return Map.of();
    }

    /**
     * Does its work on all items of a batch.
     *
     * @throws PipelineException if it cannot use what it was given
     */
    void apply(Batch batch);
}
