package dev.gpux.provider;

import dev.gpux.ort.Environment;
import dev.gpux.ort.LogListener;
import dev.gpux.ort.LogMessage;
import dev.gpux.ort.LogSeverity;
import java.util.ArrayList;
import java.util.List;

/**
 * What ORT logs on this thread while this is open. ORT gives the reasons of a failed append nowhere else.
 */
public final class LogCapture implements AutoCloseable {
    /** A model with a million nodes logs as many lines; nobody reads more. */
    private static final int MOST = 200_000;

    private final Thread thread = Thread.currentThread();
    private final LogSeverity least;
    private final List<LogMessage> messages = new ArrayList<>();
    private final LogListener listener = this::logged;

    private LogCapture(LogSeverity least) {
        this.least = least;
        Environment.get().addLogListener(listener);
    }

    /** Starts listening for messages of this severity or graver. */
    public static LogCapture from(LogSeverity least) {
        return new LogCapture(least);
    }

    private void logged(LogMessage message) {
        // ORT opens sessions and loads providers on the calling thread; what others do meanwhile is not ours.
        if (Thread.currentThread() == thread && message.severity().compareTo(least) >= 0 && messages.size() < MOST) {
            messages.add(message);
        }
    }

    /** What came so far, in order. */
    public List<LogMessage> messages() {
        return List.copyOf(messages);
    }

    @Override
    public void close() {
        Environment.get().removeLogListener(listener);
    }
}
