package dev.gpux.pipeline;

import dev.gpux.ort.ValueType.TensorType;
import java.util.Map;
import java.util.Set;

/** A step after the model: reads its outputs, makes answers or new tensors. Immutable, used by many threads. */
public interface Postprocessor {
    /** The outputs that it reads, of the model or of a step before it. */
    Set<String> reads();

    /** The outputs that it makes; those it reads are not answers any more. */
    Set<String> makes();

    /** The types of the tensors that it makes, as far as they are known before any run. */
    default Map<String, TensorType> types() {
        return Map.of();
    }

    /**
     * Does its work on all items of a batch.
     *
     * @throws PipelineException if it cannot use what the model gave
     */
    void apply(Batch batch);
}
