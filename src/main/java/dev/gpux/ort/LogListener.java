package dev.gpux.ort;

/**
 * Hears ORT's log. Called on any thread, ORT's own included, also several at once; what it throws is dropped.
 *
 * <p>A message may come in the middle of a run: a listener must not close the session or the prepared run that is
 * running, since that close would wait for the listener to return.
 */
@FunctionalInterface
public interface LogListener {
    /** One message was logged. */
    void logged(LogMessage message);

    /** Drops everything. */
    static LogListener silent() {
        return message -> { };
    }
}
