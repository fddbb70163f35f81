package dev.gpux.ort;

import dev.gpux.ort.library.LibraryRequest;
import java.util.Optional;

/**
 * How the process's one {@link Environment} starts. Immutable; each {@code with} method gives a changed copy.
 *
 * @param library where the native library comes from
 * @param severity the least grave message that sessions without a setting of their own log
 * @param log who hears ORT's log
 * @param globalThreads the size of one thread pool that all sessions with
 *     {@link SessionOptions#useGlobalThreads()} share, if there shall be one
 * @param lateLog see {@link #withLateLog()}
 */
public record EnvironmentOptions(LibraryRequest library, LogSeverity severity, LogListener log,
                                 Optional<ThreadPool> globalThreads, boolean lateLog) {

    /**
     * A thread pool.
     *
     * @param intraOp threads inside one operator, 0 for one a core
     * @param interOp threads between operators of a parallel graph, 0 for one a core
     * @param spin whether idle threads burn CPU for a faster wake-up
     */
    public record ThreadPool(int intraOp, int interOp, boolean spin) { }

    /** The library found where {@link LibraryRequest#standard()} looks, warnings and worse, no listener. */
    public static EnvironmentOptions defaults() {
        return new EnvironmentOptions(LibraryRequest.standard(), LogSeverity.WARNING, LogListener.silent(),
            Optional.empty(), false);
    }

    /** Takes the native library from elsewhere. */
    public EnvironmentOptions withLibrary(LibraryRequest request) {
        return new EnvironmentOptions(request, severity, log, globalThreads, lateLog);
    }

    /** Sends the log, from {@code severity} on, to {@code listener}. */
    public EnvironmentOptions withLog(LogSeverity severity, LogListener listener) {
        return new EnvironmentOptions(library, severity, listener, globalThreads, false);
    }

    /**
     * Gives ORT no function to log through before somebody listens, which saves a short process the milliseconds that
     * it takes to link one. Where the library has providers besides the CPU's, this changes nothing, for their reasons
     * are in the log; else a listener hears only those sessions whose {@link SessionOptions} were made after it was
     * added.
     */
    public EnvironmentOptions withLateLog() {
        return new EnvironmentOptions(library, severity, LogListener.silent(), globalThreads, true);
    }

    /** Starts one thread pool for all sessions that ask for it. */
    public EnvironmentOptions withGlobalThreads(ThreadPool pool) {
        return new EnvironmentOptions(library, severity, log, Optional.of(pool), lateLog);
    }
}
