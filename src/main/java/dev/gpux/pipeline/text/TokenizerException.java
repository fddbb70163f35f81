package dev.gpux.pipeline.text;

import java.io.Serial;

/**
 * A tokenizer file cannot be used, or a text cannot be encoded as asked. The message names the file, the place in it
 * (a path such as {@code post_processor.single[0]}), what was expected and what to do.
 */
public final class TokenizerException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 800;
    private static final int END = 200;

    /** A message for people: what, where, what was expected. */
    public TokenizerException(String message) {
        super(shown(message));
    }

    /** The same, with what was thrown underneath. */
    public TokenizerException(String message, Throwable cause) {
        super(shown(message), cause);
    }

    /** What a file says in megabytes, or to drive a terminal, is not for people's screens. */
    private static String shown(String message) {
        var text = message.length() <= LONGEST ? message
            : message.substring(0, LONGEST - END) + " … " + message.substring(message.length() - END);
        return text.codePoints().allMatch(c -> !Character.isISOControl(c) || c == '\n') ? text
            : text.replaceAll("[\\p{Cntrl}&&[^\n]]", "\uFFFD");
    }
}
