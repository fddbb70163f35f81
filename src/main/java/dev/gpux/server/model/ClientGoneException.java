package dev.gpux.server.model;

import java.io.IOException;
import java.io.Serial;

/** The client went away before it had its answer. */
final class ClientGoneException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    ClientGoneException() {
        super("the client has gone");
    }
}
