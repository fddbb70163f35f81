package dev.gpux.pipeline.text;

import java.io.Serial;

/**
 * A tokenizer file cannot be used, or a text cannot be encoded as asked. The message names the file, the place in it
 * (a path such as {@code post_processor.single[0]}), what was expected and what to do.
 */
public final class TokenizerException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A message for people: what, where, what was expected. */
    public TokenizerException(String message) {
        super(message);
    }

    /** The same, with what was thrown underneath. */
    public TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
