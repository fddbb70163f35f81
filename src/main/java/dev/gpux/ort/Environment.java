package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ffi.OnnxRuntime;
import dev.gpux.ffi.OrtApi;
import dev.gpux.ort.library.LoadedLibrary;
import dev.gpux.ort.library.LibraryLoader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * ONNX Runtime in this process: the loaded library, its function table and its {@code OrtEnv}.
 *
 * <p>There is one per process and it lives as long as the process: ORT's threads and logger outlive any order of
 * shutdown that Java could promise, so it is never freed. Thread-safe.
 *
 * <p>For code that calls the C API itself, {@link #api()} is the {@code const OrtApi*} and {@link #handle()} the
 * {@code OrtEnv*}: {@code OrtApi.GetVersionString…} of {@code dev.gpux.ffi} take them as they are.
 */
public final class Environment {
    private static final Object LOCK = new Object();
    private static final List<String> CPU_ONLY = List.of("CPUExecutionProvider");
    private static volatile Environment current;
    private static Optional<Starting> starting = Optional.empty();

    private final LoadedLibrary library;
    private final Api api;
    private final MemorySegment handle;
    private final boolean sharesThreads;
    private final LogRouter log;

    private Environment(EnvironmentOptions options) {
        this.library = LibraryLoader.load(options.library());
        this.api = Api.negotiate(library);
        this.log = new LogRouter(api, options.lateLog() && compiledProviders().equals(CPU_ONLY));
        if (!options.lateLog()) {
            this.log.add(options.log());
        }
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            create(arena, options, out);
            this.handle = Cells.pointer(out);
        }
        this.sharesThreads = options.globalThreads().isPresent();
    }

    private void create(Arena arena, EnvironmentOptions options, MemorySegment out) {
        var id = Cells.string(arena, "gpux");
        int level = options.severity().ordinal();
        if (options.globalThreads().isEmpty()) {
            api.check(api.call(ApiFunction.CREATE_ENV_WITH_CUSTOM_LOGGER,
                log.ofEnvironment(), MemorySegment.NULL, Api.value(level), id, out));
            return;
        }
        var threads = threading(options.globalThreads().get(), out);
        try {
            api.check(api.call(ApiFunction.CREATE_ENV_WITH_CUSTOM_LOGGER_AND_GLOBAL_THREAD_POOLS,
                log.ofEnvironment(), MemorySegment.NULL, Api.value(level), id, threads, out));
        } finally {
            api.call(ApiFunction.RELEASE_THREADING_OPTIONS, threads);
        }
    }

    private MemorySegment threading(EnvironmentOptions.ThreadPool pool, MemorySegment out) {
        api.check(api.call(ApiFunction.CREATE_THREADING_OPTIONS, out));
        var threads = Cells.pointer(out);
        api.check(api.call(ApiFunction.SET_GLOBAL_INTRA_OP_NUM_THREADS, threads, Api.value(pool.intraOp())));
        api.check(api.call(ApiFunction.SET_GLOBAL_INTER_OP_NUM_THREADS, threads, Api.value(pool.interOp())));
        api.check(api.call(ApiFunction.SET_GLOBAL_SPIN_CONTROL, threads, Api.value(pool.spin() ? 1 : 0)));
        return threads;
    }

    /**
     * Links what every call to ORT goes through, as the first call would; loads no library. For a process that has
     * something else to do meanwhile, on a thread of its own.
     */
    public static void warmUp() {
        Downcall.linkNow();
        try (var arena = Arena.ofConfined()) {
            // So do the accesses to memory: one method handle for each kind of value.
            var memory = arena.allocate(ADDRESS);
            memory.set(JAVA_LONG, 0, memory.get(JAVA_LONG, 0));
            memory.set(JAVA_INT, 0, memory.get(JAVA_INT, 0));
        }
    }

    /**
     * As {@link #warmUp}, in half the time, for a process that uses ORT on one thread at a time, and ends: for all its
     * life, a call does not notice that another thread closes what it uses, a session or an arena, which then is
     * undefined behaviour. Without effect after the first call to ORT.
     */
    public static void warmUpShortProcess() {
        ShortProcess.declare();
        warmUp();
    }

    /** The environment; the first call in a process starts it with {@link EnvironmentOptions#defaults()}. */
    public static Environment get() {
        var environment = current;
        return environment != null ? environment : start(EnvironmentOptions.defaults(), true);
    }

    /**
     * Starts the environment.
     *
     * @throws IllegalStateException if this process has one already: the library is loaded once
     * @throws dev.gpux.ort.library.LibraryException if the library cannot be found, loaded or used
     */
    public static Environment start(EnvironmentOptions options) {
        return start(options, false);
    }

    /**
     * Starts the environment on a thread of its own; {@link #get} waits for it, and throws what {@link #start} would.
     *
     * @throws IllegalStateException as {@link #start}
     */
    public static Starting startInBackground(EnvironmentOptions options) {
        synchronized (LOCK) {
            requireNone();
            var begun = new Starting(() -> new Environment(options));
            starting = Optional.of(begun);
            begun.begin();
            return begun;
        }
    }

    /** The environment, if it was started; waits for one that is starting. */
    public static Optional<Environment> running() {
        synchronized (LOCK) {
            return current != null || starting.isPresent() ? Optional.of(get()) : Optional.empty();
        }
    }

    private static void requireNone() {
        if (current != null || starting.isPresent()) {
            throw new IllegalStateException("ONNX Runtime " + get().version() + " is already running in this "
                + "process (from " + get().library.path() + "); start the environment before its first use");
        }
    }

    private static Environment start(EnvironmentOptions options, boolean orExisting) {
        synchronized (LOCK) {
            if (!orExisting) {
                requireNone();
            }
            if (current == null) {
                current = starting.isPresent() ? starting.get().environment() : new Environment(options);
            }
            return current;
        }
    }

    /** Whether there is one thread pool for all sessions that {@linkplain SessionOptions#useGlobalThreads ask} for it. */
    public boolean sharesThreads() {
        return sharesThreads;
    }

    /** The library's version, such as {@code 1.29.0}. */
    public String version() {
        return api.libraryVersion();
    }

    /** The version of the C API in use: the smaller of the library's and the bindings' ({@code ORT_API_VERSION}). */
    public int apiVersion() {
        return api.version();
    }

    /** The native library: which file it is and how it was found. */
    public LoadedLibrary library() {
        return library;
    }

    /**
     * The execution providers that were compiled into the library ({@code CUDAExecutionProvider}, …), which says
     * nothing of whether they can run here.
     */
    public List<String> compiledProviders() {
        try (var arena = Arena.ofConfined()) {
            var names = arena.allocate(ADDRESS);
            var count = arena.allocate(JAVA_INT);
            api.check(api.call(ApiFunction.GET_AVAILABLE_PROVIDERS, names, count));
            var array = Cells.pointer(names);
            int length = Cells.code(count);
            var providers = Api.strings(array, length);
            api.check(api.call(ApiFunction.RELEASE_AVAILABLE_PROVIDERS, array, Api.value(length)));
            return providers;
        }
    }

    /**
     * The devices that ORT found, each with a provider for it: of the providers in the library that know devices, and
     * of those {@linkplain #registerProviderLibrary registered}. A provider that is not here may be usable all the
     * same.
     */
    public List<EpDevice> devices() {
        return new EpDevices(api, handle).list();
    }

    /**
     * Loads a library with plugin execution providers; {@link #devices()} then has its devices.
     *
     * @param name any name that is not taken, to unregister it by
     * @throws OrtException if it cannot be loaded or is no plugin
     */
    public void registerProviderLibrary(String name, Path library) {
        new EpDevices(api, handle).register(name, library);
    }

    /** Unloads a plugin library; no session may use its providers any more. */
    public void unregisterProviderLibrary(String name) {
        new EpDevices(api, handle).unregister(name);
    }

    /** Lets {@code listener} hear ORT's log until {@link #removeLogListener}. */
    public void addLogListener(LogListener listener) {
        log.add(listener);
    }

    /** Ends what {@link #addLogListener} began; a listener that was not added is no error. */
    public void removeLogListener(LogListener listener) {
        log.remove(listener);
    }

    /** The {@code OrtEnv*}; valid as long as the process. */
    public MemorySegment handle() {
        return handle;
    }

    /** The {@code const OrtApi*}, of the size that {@link #apiVersion()} has; valid as long as the process. */
    public MemorySegment api() {
        return api.table();
    }

    /** Lets the log of sessions that open with {@code options} be heard. */
    void hear(MemorySegment options) {
        log.hear(options);
    }

    /** The gate that this package calls ORT through. */
    Api gate() {
        return api;
    }
}
