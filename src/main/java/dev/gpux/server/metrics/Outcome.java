package dev.gpux.server.metrics;

import java.util.Locale;

/** How a request for a model ended. */
public enum Outcome {
    /** It was answered. */
    OK,
    /** It was wrong: a status from 400 on. */
    INVALID,
    /** There was no room for it: 503, or 429 if its client had its share. */
    REJECTED,
    /** Its time was up: 504. */
    TIMEOUT,
    /** Its client went away. */
    GONE,
    /** The model or the server failed: 500. */
    FAILED;

    private static final int GONE_STATUS = 499;

    /** The name in the metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a status means. */
    public static Outcome of(int status) {
        return switch (status) {
            case GONE_STATUS, 0 -> GONE;
            case 429, 503 -> REJECTED;
            case 504 -> TIMEOUT;
            default -> status < 400 ? OK : status < 500 ? INVALID : FAILED;
        };
    }
}
