package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.StringJoiner;

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
    private volatile boolean unrecorded;
    private volatile boolean closed;

    /** Options as ORT has them by default. */
    public RunOptions() {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(api.call(ApiFunction.CREATE_RUN_OPTIONS, out));
            handle = Cells.pointer(out).reinterpret(arena, options ->
                api.call(ApiFunction.RELEASE_RUN_OPTIONS, options));
        }
        Leaks.opened(this);
    }

    /** The least grave message that such runs log, and the tag by which they are told apart in the log. */
    public RunOptions log(String tag, LogSeverity severity) {
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.RUN_OPTIONS_SET_RUN_TAG, handle(), Cells.string(scratch, tag)));
        }
        api.check(api.call(ApiFunction.RUN_OPTIONS_SET_RUN_LOG_SEVERITY_LEVEL,
            handle(), Api.value(severity.ordinal())));
        return this;
    }

    /** Any entry of {@code onnxruntime_run_options_config_keys.h}. */
    public RunOptions config(String key, String value) {
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.ADD_RUN_CONFIG_ENTRY,
                handle(), Cells.string(scratch, key), Cells.string(scratch, value)));
        }
        return this;
    }

    /**
     * Keeps runs with these options out of every graph. Providers without graphs do not read it. Whoever comes second
     * finds it done, before its run begins.
     */
    RunOptions unrecorded() {
        if (!unrecorded) {
            synchronized (this) {
                if (!unrecorded) {
                    config("gpu_graph_id", "-1");
                    unrecorded = true;
                }
            }
        }
        return this;
    }

    /**
     * Gives back, at the end of each run, what these arenas hold and nobody uses: for models that rarely meet an input
     * far larger than the others. Costs every run time.
     *
     * @param arenas {@link MemoryInfo#CPU}, {@link MemoryInfo#cuda}: memory whose provider has an arena
     */
    public RunOptions shrinkArenas(MemoryInfo... arenas) {
        var names = new StringJoiner(";");
        for (var arena : arenas) {
            names.add((arena.isOnHost() ? "cpu:" : "gpu:") + arena.device());
        }
        return config("memory.enable_memory_arena_shrinkage", names.toString());
    }

    /** Ends the runs in flight with these options: they throw {@link OrtException}. Later ones end at once, too. */
    public RunOptions terminate() {
        api.check(api.call(ApiFunction.RUN_OPTIONS_SET_TERMINATE, handle()));
        return this;
    }

    /** Makes the options fit for runs again after {@link #terminate()}. */
    public RunOptions reset() {
        api.check(api.call(ApiFunction.RUN_OPTIONS_UNSET_TERMINATE, handle()));
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
        Leaks.closed(this);
    }
}
