package dev.gpux.store;

import java.io.Serial;

/**
 * Something that the store cannot do with what it was given or with what it holds: an unknown name, a damaged file, an
 * archive that is not what it says. The message is for people: what, where, what was expected, what to do. A disk that
 * fails is an {@link java.io.IOException} instead.
 */
public final class StoreException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A message for people. */
    public StoreException(String message) {
        super(message);
    }
}
