package dev.gpux.cli.common;

import java.io.Serial;

/** The command line is wrong: exit code 2. */
public final class UsageException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
