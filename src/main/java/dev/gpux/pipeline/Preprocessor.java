package dev.gpux.pipeline;

import java.util.Set;

/** A step before the model: reads what people gave, makes tensors for the model. Immutable, used by many threads. */
public interface Preprocessor {
    /** The inputs of the GPUXfile that it reads. */
    Set<String> reads();

    /** The model's inputs that it makes. */
    Set<String> makes();

    /**
     * Does its work on all items of a batch.
     *
     * @throws PipelineException if it cannot use what it was given
     */
    void apply(Batch batch);
}
