package dev.gpux.spark;

import java.io.Serial;

/** A model cannot be opened, shipped or fed from these columns. The message says what, where and what was expected. */
public final class ModelUnusableException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A message for people. */
    public ModelUnusableException(String message) {
        super(message);
    }

    /** A message for people, and what caused it. */
    public ModelUnusableException(String message, Throwable cause) {
        super(message, cause);
    }
}
