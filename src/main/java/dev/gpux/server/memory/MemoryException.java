package dev.gpux.server.memory;

import java.io.Serial;

/** The requests in flight have borrowed all the native memory that the server may lend. */
public final class MemoryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A message for people. */
    public MemoryException(String message) {
        super(message);
    }
}
