package dev.gpux.pipeline;

import java.io.Serial;

/** A step cannot be made as it is written, does not fit the model, or cannot use what it was given. */
public final class PipelineException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A message for people: what, where, what was expected. */
    public PipelineException(String message) {
        super(message);
    }

    /** A message for people, and what caused it. */
    public PipelineException(String message, Throwable cause) {
        super(message, cause);
    }
}
