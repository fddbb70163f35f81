package dev.gpux.ort;

/** Hears ORT's log. Called on any thread, ORT's own included, also several at once; what it throws is dropped. */
@FunctionalInterface
public interface LogListener {
    /** One message was logged. */
    void logged(LogMessage message);

    /** Drops everything. */
    static LogListener silent() {
        return message -> { };
    }
}
