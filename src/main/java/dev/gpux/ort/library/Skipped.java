package dev.gpux.ort.library;

/**
 * A place or file that was passed over.
 *
 * @param origin which place
 * @param what   the path, URL or name looked at; empty if the place as a whole was passed over
 * @param why    the reason, a clause without a full stop
 */
public record Skipped(Origin origin, String what, String why) {

    /** One line: {@code class path: /x/a.jar: why}. */
    @Override
    public String toString() {
        return origin.label() + ": " + (what.isEmpty() ? "" : what + ": ") + why;
    }
}
