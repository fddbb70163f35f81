package dev.gpux.pipeline.image;

import java.io.Serial;

/** A file is no picture that can be read, or a picture too large to be read. */
public final class PictureException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A message for people; the picture's name is for the caller to add. */
    public PictureException(String message) {
        super(message);
    }

    /** A message for people, and what caused it. */
    public PictureException(String message, Throwable cause) {
        super(message, cause);
    }
}
