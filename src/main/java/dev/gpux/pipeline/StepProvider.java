package dev.gpux.pipeline;

import java.util.Optional;

/** Makes steps of one name. Found by {@link java.util.ServiceLoader}; GPUX's own are known without it. */
public interface StepProvider {
    /** The name in the GPUXfile. */
    String name();

    /**
     * A step of {@code preprocess:}; empty if this is none.
     *
     * @throws PipelineException if it does not fit the model
     */
    default Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        return Optional.empty();
    }

    /**
     * A step of {@code postprocess:}; empty if this is none.
     *
     * @throws PipelineException if it does not fit the model
     */
    default Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        return Optional.empty();
    }
}
