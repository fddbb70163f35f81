package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hands ORT's log to the listeners. One per process, since ORT has one environment. */
final class LogRouter {
    /** {@code OrtLoggingFunction}. */
    private static final FunctionDescriptor LOG =
        FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

    private final List<LogListener> listeners = new CopyOnWriteArrayList<>();
    private final Api api;
    /** Whether the environment itself logs to nobody, see {@link EnvironmentOptions#withLateLog()}. */
    private final boolean late;
    private MemorySegment upcall = MemorySegment.NULL;

    LogRouter(Api api, boolean late) {
        this.api = api;
        this.late = late;
    }

    void add(LogListener listener) {
        listeners.add(listener);
    }

    void remove(LogListener listener) {
        listeners.remove(listener);
    }

    /**
     * The {@code OrtLoggingFunction} of the environment. Who logs to nobody calls, with a first argument of NULL, a
     * function that releases nothing then: the library's own.
     */
    MemorySegment ofEnvironment() {
        return late ? api.pointer(ApiFunction.RELEASE_STATUS) : upcall();
    }

    /** Lets the sessions of {@code options} be heard where the environment is not, if somebody listens. */
    void hear(MemorySegment options) {
        if (late && !listeners.isEmpty()) {
            api.check(api.call(ApiFunction.SET_USER_LOGGING_FUNCTION, options, upcall(), MemorySegment.NULL));
        }
    }

    /** The function pointer that ORT calls; valid as long as the process, since ORT logs until its very end. */
    private synchronized MemorySegment upcall() {
        if (upcall.address() == 0) {
            upcall = link();
        }
        return upcall;
    }

    private MemorySegment link() {
        try {
            // Not the generated OrtLoggingFunction, which links a downcall of this shape along with the upcall.
            var method = MethodHandles.lookup().bind(this, "log", LOG.toMethodType());
            return Linker.nativeLinker().upcallStub(method, LOG, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the method is below", e);
        }
    }

    private void log(MemorySegment param, int severity, MemorySegment category, MemorySegment id,
                     MemorySegment location, MemorySegment text) {
        // An exception that leaves an upcall ends the JVM.
        try {
            var message = new LogMessage(LogSeverity.of(severity), Cells.string(category), Cells.string(id),
                Cells.string(location), Cells.string(text));
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
