package dev.gpux.ort;

/** How grave a message of ORT's log is ({@code OrtLoggingLevel}), in ORT's order. */
public enum LogSeverity {
    /** Everything, node placement and its reasons included. */
    VERBOSE,
    /** What ORT does. */
    INFO,
    /** What may be wrong. */
    WARNING,
    /** What is wrong. */
    ERROR,
    /** What cannot be lived with. */
    FATAL;

    private static final LogSeverity[] VALUES = values();

    static LogSeverity of(int level) {
        return VALUES[Math.clamp(level, 0, VALUES.length - 1)];
    }
}
