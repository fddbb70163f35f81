package dev.gpux.ort;

import java.io.Serial;

/** A tensor, shape or value does not fit: wrong dtype, wrong shape, too small a segment, memory already closed. */
public final class TensorException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A message for people: what, where, what was expected. */
    public TensorException(String message) {
        super(message);
    }
}
