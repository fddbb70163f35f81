package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.gpux.ffi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How a run goes ({@code OrtRunOptions}), and the way to end it early: {@link #terminate()} from any thread.
 *
 * <p>Make one per worker and keep it: opening is cheap, closing waits for the JVM's threads to meet. Any thread may use
 * it; {@link #log} and {@link #config} are for before the first run, since ORT reads what they set while it runs.
 */
public final class RunOptions implements AutoCloseable {
    private final Api api = Environment.get().gate();
    // Shared, since another thread than the one that runs calls terminate().
    private final Arena arena = Arena.ofShared();
    private final MemorySegment handle;
    private volatile boolean closed;

    /** Options as ORT has them by default. */
    public RunOptions() {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(OrtApi.CreateRunOptions.invoke(OrtApi.CreateRunOptions(api.table()), out));
            handle = out.get(ADDRESS, 0).reinterpret(arena, options ->
                OrtApi.ReleaseRunOptions.invoke(OrtApi.ReleaseRunOptions(api.table()), options));
        }
    }

    /** The least grave message that such runs log, and the tag by which they are told apart in the log. */
    public RunOptions log(String tag, LogSeverity severity) {
        try (var scratch = Arena.ofConfined()) {
            api.check(OrtApi.RunOptionsSetRunTag.invoke(
                OrtApi.RunOptionsSetRunTag(api.table()), handle(), scratch.allocateFrom(tag)));
        }
        api.check(OrtApi.RunOptionsSetRunLogSeverityLevel.invoke(
            OrtApi.RunOptionsSetRunLogSeverityLevel(api.table()), handle(), severity.ordinal()));
        return this;
    }

    /** Any entry of {@code onnxruntime_run_options_config_keys.h}. */
    public RunOptions config(String key, String value) {
        try (var scratch = Arena.ofConfined()) {
            api.check(OrtApi.AddRunConfigEntry.invoke(OrtApi.AddRunConfigEntry(api.table()), handle(),
                scratch.allocateFrom(key), scratch.allocateFrom(value)));
        }
        return this;
    }

    /** Ends the runs in flight with these options: they throw {@link OrtException}. Later ones end at once, too. */
    public RunOptions terminate() {
        api.check(OrtApi.RunOptionsSetTerminate.invoke(OrtApi.RunOptionsSetTerminate(api.table()), handle()));
        return this;
    }

    /** Makes the options fit for runs again after {@link #terminate()}. */
    public RunOptions reset() {
        api.check(OrtApi.RunOptionsUnsetTerminate.invoke(OrtApi.RunOptionsUnsetTerminate(api.table()), handle()));
        return this;
    }

    /** The {@code OrtRunOptions*}, for calls that this class does not make; dies with {@link #close()}. */
    public MemorySegment handle() {
        if (closed) {
            // Else runs that follow one another closely would keep close() waiting.
            throw new IllegalStateException("the run options are closed");
        }
        return handle;
    }

    /** Lets no new run start, waits for those in flight and frees the native object. A second call does nothing. */
    @Override
    public void close() {
        closed = true;
        SharedArenas.close(arena);
    }
}
