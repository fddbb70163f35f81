package dev.gpux.ort;

import dev.gpux.ffi.OrtLoggingFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hands ORT's log to the listeners. One per process, since ORT has one environment. */
final class LogRouter {
    private final List<LogListener> listeners = new CopyOnWriteArrayList<>();

    void add(LogListener listener) {
        listeners.add(listener);
    }

    void remove(LogListener listener) {
        listeners.remove(listener);
    }

    /** The function pointer that ORT calls; valid as long as the process, since ORT logs until its very end. */
    MemorySegment functionPointer() {
        return OrtLoggingFunction.allocate(this::log, Arena.global());
    }

    private void log(MemorySegment param, int severity, MemorySegment category, MemorySegment id,
                     MemorySegment location, MemorySegment text) {
        // An exception that leaves an upcall ends the JVM.
        try {
            var message = new LogMessage(LogSeverity.of(severity), Api.string(category), Api.string(id),
                Api.string(location), Api.string(text));
            for (var listener : listeners) {
                deliver(listener, message);
            }
        } catch (Throwable e) {
            // Out of memory while logging: the message is lost, the process is not.
        }
    }

    private static void deliver(LogListener listener, LogMessage message) {
        try {
            listener.logged(message);
        } catch (Throwable e) {
            // Documented at LogListener: a listener's failure concerns nobody else.
        }
    }
}
