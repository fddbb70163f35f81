package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a {@link Session} is made ({@code OrtSessionOptions}). A builder over a native object: set it up, open any number
 * of sessions with it, close it. Every method returns this object.
 *
 * <p>Not thread-safe while it is being set up; confined to the thread that made it.
 */
public final class SessionOptions implements AutoCloseable {

    /** How far ORT rewrites the graph when a session opens. */
    public enum GraphOptimization {
        /** Not at all. */
        NONE(0),
        /** Constant folding, redundant nodes: the same on every provider. */
        BASIC(1),
        /** Fusions for the provider at hand. */
        EXTENDED(2),
        /** Also changes of memory layout: everything; ORT's default. */
        ALL(99);

        private final int level;

        GraphOptimization(int level) {
            this.level = level;
        }
    }

    /** ORT makes as many as it is told to, until the machine has no memory left. */
    private static final int MOST_THREADS = 4096;

    private final Environment environment = Environment.get();
    private final Api api = environment.gate();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment handle;
    /** Initialisers are read by the sessions from their owner's memory, so those sessions keep them alive. */
    private final List<Tensor> initializers = new ArrayList<>();
    private boolean cpuOnly = true;
    private boolean readsModelInPlace;
    private MemorySegment computeStream = MemorySegment.NULL;
    private boolean recordsGraphs;

    /** Options as ORT has them by default, but that idle threads do not spin. */
    public SessionOptions() {
        var out = arena.allocate(ADDRESS);
        api.check(api.call(ApiFunction.CREATE_SESSION_OPTIONS, out));
        handle = Cells.pointer(out).reinterpret(arena, options ->
            api.call(ApiFunction.RELEASE_SESSION_OPTIONS, options));
        environment.hear(handle);
        spin(false);
        Leaks.opened(this);
    }

    /** Threads inside one operator; 0 lets ORT take one a physical core, 1 runs on the calling thread alone. */
    public SessionOptions intraOpThreads(int threads) {
        api.check(api.call(ApiFunction.SET_INTRA_OP_NUM_THREADS, handle, Api.value(possible(threads))));
        return this;
    }

    /** Threads between operators; matters for {@link #parallel} graphs only. 0 lets ORT decide. */
    public SessionOptions interOpThreads(int threads) {
        api.check(api.call(ApiFunction.SET_INTER_OP_NUM_THREADS, handle, Api.value(possible(threads))));
        return this;
    }

    private static int possible(int threads) {
        if (threads < 0 || threads > MOST_THREADS) {
            throw new IllegalArgumentException("a number of threads is 0 (automatic) to " + MOST_THREADS + ", not "
                + threads);
        }
        return threads;
    }

    /** Whether independent branches of the graph run at the same time; off by default. */
    public SessionOptions parallel(boolean parallel) {
        api.check(api.call(ApiFunction.SET_SESSION_EXECUTION_MODE, handle, Api.value(parallel ? 1 : 0)));
        return this;
    }

    /** Whether idle threads burn CPU for a faster wake-up; off here, on in ORT's own default. */
    public SessionOptions spin(boolean spin) {
        config("session.intra_op.allow_spinning", spin ? "1" : "0");
        return config("session.inter_op.allow_spinning", spin ? "1" : "0");
    }

    /** How far ORT rewrites the graph; {@link GraphOptimization#ALL} by default. */
    public SessionOptions graphOptimization(GraphOptimization level) {
        api.check(api.call(ApiFunction.SET_SESSION_GRAPH_OPTIMIZATION_LEVEL, handle, Api.value(level.level)));
        return this;
    }

    /** Where ORT writes the graph that it made, when the session opens. */
    public SessionOptions optimizedModelPath(Path path) {
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.SET_OPTIMIZED_MODEL_FILE_PATH, handle, NativePath.of(scratch, path)));
        }
        return this;
    }

    /** Whether ORT plans the memory of a run from the one before with the same shapes; on by default. */
    public SessionOptions memoryPattern(boolean enabled) {
        api.check(enabled
            ? api.call(ApiFunction.ENABLE_MEM_PATTERN, handle)
            : api.call(ApiFunction.DISABLE_MEM_PATTERN, handle));
        return this;
    }

    /** Whether CPU memory comes from ORT's arena, which keeps what it once had; on by default. */
    public SessionOptions cpuArena(boolean enabled) {
        api.check(enabled
            ? api.call(ApiFunction.ENABLE_CPU_MEM_ARENA, handle)
            : api.call(ApiFunction.DISABLE_CPU_MEM_ARENA, handle));
        return this;
    }

    /** Profiles every run into {@code prefix_<time>.json}; {@link Session#endProfiling()} closes the file. */
    public SessionOptions profiling(Path prefix) {
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.ENABLE_PROFILING, handle, NativePath.of(scratch, prefix)));
        }
        return this;
    }

    /** The name under which the session logs, and the least grave message that it logs. */
    public SessionOptions log(String id, LogSeverity severity) {
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.SET_SESSION_LOG_ID, handle, Cells.string(scratch, id)));
        }
        return logSeverity(severity);
    }

    /** The least grave message that the session logs, now and when it runs. */
    public SessionOptions logSeverity(LogSeverity severity) {
        api.check(api.call(ApiFunction.SET_SESSION_LOG_SEVERITY_LEVEL, handle, Api.value(severity.ordinal())));
        return this;
    }

    /** Asks for kernels whose result does not depend on timing, where a provider has the choice. */
    public SessionOptions deterministic(boolean deterministic) {
        api.check(api.call(ApiFunction.SET_DETERMINISTIC_COMPUTE, handle, Api.value(deterministic ? 1 : 0)));
        return this;
    }

    /**
     * Runs on the environment's thread pool instead of one of the session's own.
     *
     * @see EnvironmentOptions#withGlobalThreads
     */
    public SessionOptions useGlobalThreads() {
        api.check(api.call(ApiFunction.DISABLE_PER_SESSION_THREADS, handle));
        return this;
    }

    /** Any entry of {@code onnxruntime_session_options_config_keys.h}, such as {@code session.disable_prepacking}. */
    public SessionOptions config(String key, String value) {
        if (key.indexOf(0) >= 0 || value.indexOf(0) >= 0) {
            throw new IllegalArgumentException("an option has a NUL, where its text would end: "
                + key.replace('\0', ' '));
        }
        if (key.startsWith("session.use_ort_model_bytes_")) {
            readsModelInPlace |= value.equals("1");
        }
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.ADD_SESSION_CONFIG_ENTRY,
                handle, Cells.string(scratch, key), Cells.string(scratch, value)));
        }
        return this;
    }

    /** Fixes the free dimension {@code symbol}, which lets ORT plan better. */
    public SessionOptions freeDimension(String symbol, long size) {
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.ADD_FREE_DIMENSION_OVERRIDE_BY_NAME,
                handle, Cells.string(scratch, symbol), Api.value(size)));
        }
        return this;
    }

    /** Fixes every free dimension with the denotation {@code denotation} ({@code DATA_BATCH}, …). */
    public SessionOptions freeDimensionByDenotation(String denotation, long size) {
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.ADD_FREE_DIMENSION_OVERRIDE,
                handle, Cells.string(scratch, denotation), Api.value(size)));
        }
        return this;
    }

    /**
     * Puts a tensor in the place of an initialiser of the model. The sessions read it where it lies: once its arena is
     * closed, or on another thread if that is a confined one, opening and running them is an exception.
     */
    public SessionOptions initializer(String name, Tensor tensor) {
        // ORT keeps the pointer to the name as well.
        api.check(api.call(ApiFunction.ADD_INITIALIZER, handle, Cells.string(arena, name), tensor.handle()));
        initializers.add(tensor);
        return this;
    }

    /** Puts tensors in the place of initialisers that the model keeps in external files; see {@link #initializer}. */
    public SessionOptions externalInitializers(Map<String, Tensor> tensors) {
        var names = List.copyOf(tensors.keySet());
        var values = arena.allocate(ADDRESS, Math.max(1, names.size()));
        for (int i = 0; i < names.size(); i++) {
            Cells.setPointer(values, i, tensors.get(names.get(i)).handle());
        }
        api.check(HeldMemory.of(tensors.values()).call(
            api.pointer(ApiFunction.ADD_EXTERNAL_INITIALIZERS), handle, Api.cStrings(arena, names), values,
            Api.value(names.size())));
        initializers.addAll(tensors.values());
        return this;
    }

    /** Loads a library of custom operators. */
    public SessionOptions customOps(Path library) {
        try (var scratch = Arena.ofConfined()) {
            api.check(api.call(ApiFunction.REGISTER_CUSTOM_OPS_LIBRARY_V2, handle, NativePath.of(scratch, library)));
        }
        return this;
    }

    /**
     * Appends an execution provider through ORT's generic call, by the short name that call knows ({@code CoreML},
     * {@code WebGPU}, {@code XNNPACK}, …). Providers are asked in the order in which they were appended; the CPU comes
     * last by itself. {@code dev.gpux.provider} has the explicit calls.
     *
     * @throws OrtException if the library was built without it or its own libraries cannot be loaded
     */
    public SessionOptions appendProvider(String name, Map<String, String> options) {
        usesDevices();
        try (var scratch = Arena.ofConfined()) {
            var keys = List.copyOf(options.keySet());
            var values = keys.stream().map(options::get).toList();
            api.check(api.call(ApiFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER,
                handle, Cells.string(scratch, name), Api.cStrings(scratch, keys), Api.cStrings(scratch, values),
                Api.value(keys.size())));
        }
        return this;
    }

    /**
     * Appends the provider of {@code devices} ({@code SessionOptionsAppendExecutionProvider_V2}): the way of plugin
     * providers.
     *
     * @param devices one or more of {@link Environment#devices()}, all of one provider
     */
    public SessionOptions appendDevices(List<EpDevice> devices, Map<String, String> options) {
        if (devices.isEmpty()) {
            throw new IllegalArgumentException("a provider is appended with one device or more");
        }
        usesDevices();
        try (var scratch = Arena.ofConfined()) {
            var handles = scratch.allocate(ADDRESS, devices.size());
            for (int i = 0; i < devices.size(); i++) {
                Cells.setPointer(handles, i, devices.get(i).handle());
            }
            var keys = List.copyOf(options.keySet());
            var values = keys.stream().map(options::get).toList();
            api.check(api.call(ApiFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_V2,
                handle, environment.handle(), handles, Api.value(devices.size()), Api.cStrings(scratch, keys),
                Api.cStrings(scratch, values), Api.value(keys.size())));
        }
        return this;
    }

    /** Lets ORT choose among {@link Environment#devices()}; providers that were appended come first. */
    public SessionOptions selectionPolicy(SelectionPolicy policy) {
        usesDevices();
        api.check(api.call(ApiFunction.SESSION_OPTIONS_SET_EP_SELECTION_POLICY,
            handle, Api.value(policy.ordinal())));
        return this;
    }

    /**
     * Says that a provider other than the CPU was appended by a raw call on {@link #handle()}; {@link #appendProvider}
     * knows by itself. Prepared runs bind memory differently then.
     */
    public SessionOptions usesDevices() {
        cpuOnly = false;
        return this;
    }

    /**
     * Says that a provider of these options computes on {@code stream}, which the caller owns; {@link ProviderCalls}
     * knows by itself. Once the stream's arena is closed, runs of the sessions are refused.
     */
    public SessionOptions computesOn(MemorySegment stream) {
        computeStream = stream;
        return this;
    }

    /**
     * Says that a provider of these options records the launches of a run; {@link ProviderCalls} knows by itself.
     * Device runs are then recorded when they are built, at a time when no other thread allocates.
     */
    public SessionOptions recordsGraphs() {
        recordsGraphs = true;
        return this;
    }

    boolean graphsAreRecorded() {
        return recordsGraphs;
    }

    MemorySegment computeStream() {
        return computeStream;
    }

    boolean cpuOnly() {
        return cpuOnly;
    }

    /** Whether sessions use the bytes that they are opened from for as long as they live. */
    boolean readsModelInPlace() {
        return readsModelInPlace;
    }

    /** The {@code OrtSessionOptions*}, for calls that this class does not make; dies with {@link #close()}. */
    public MemorySegment handle() {
        return handle;
    }

    /** What sessions made with these options must keep reachable. */
    List<Tensor> initializers() {
        return List.copyOf(initializers);
    }

    /** Frees the native object; sessions made with it live on. A second call does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            Leaks.closed(this);
        }
    }
}
