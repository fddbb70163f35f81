package dev.gpux.cli.common;

import java.io.Serial;

/** Waiting for answers was interrupted: exit code 130. */
public final class InterruptedRunException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public InterruptedRunException(InterruptedException cause) {
        super("interrupted", cause);
    }
}
