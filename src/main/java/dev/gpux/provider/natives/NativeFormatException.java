package dev.gpux.provider.natives;

import java.io.Serial;

/** A file is no shared library, or a damaged one; the message says what is wrong with it, a clause about the file. */
public final class NativeFormatException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    NativeFormatException(String message) {
        super(message);
    }
}
