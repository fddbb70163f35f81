package dev.gpux.cli;

import java.io.Serial;

/** Waiting for answers was interrupted: exit code 130. */
final class InterruptedRunException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    InterruptedRunException(InterruptedException cause) {
        super("interrupted", cause);
    }
}
