package dev.gpux.server.http;

import java.io.Serial;

/** A certificate or key cannot be used. */
public final class TlsException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
