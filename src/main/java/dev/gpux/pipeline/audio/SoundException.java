package dev.gpux.pipeline.audio;

import java.io.Serial;

/** A sound file is broken, of a kind that is not supported, or too long. */
public final class SoundException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A message for people: what, where, what was expected. */
    public SoundException(String message) {
        super(message);
    }
}
