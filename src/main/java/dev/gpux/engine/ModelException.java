package dev.gpux.engine;

import java.io.Serial;

/** A model's file cannot be used: it is missing, is not what its digest says, is not ONNX, or ORT refuses it. */
public final class ModelException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A message for people: what, where, what was expected, what to do. */
    public ModelException(String message) {
        super(message);
    }

    /** A message for people, and what caused it. */
    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
