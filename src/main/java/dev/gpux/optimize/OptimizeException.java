package dev.gpux.optimize;

import java.io.Serial;

/** A model that cannot be changed or measured as it was asked for: what is in the way, and what to do. */
public final class OptimizeException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With a message for people. */
    public OptimizeException(String message) {
        super(message);
    }

    /** With a message for people and what led to it. */
    public OptimizeException(String message, Throwable cause) {
        super(message, cause);
    }
}
