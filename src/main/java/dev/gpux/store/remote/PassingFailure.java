package dev.gpux.store.remote;

import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** Something went wrong that may go right the next time. */
final class PassingFailure extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> pause;

    PassingFailure(String message) {
        this(message, Optional.empty());
    }

    PassingFailure(String message, Optional<Duration> pause) {
        super(message);
        this.pause = pause;
    }

    /** How long the server wants to be left alone. */
    Optional<Duration> pause() {
        return pause == null ? Optional.empty() : pause;
    }
}
