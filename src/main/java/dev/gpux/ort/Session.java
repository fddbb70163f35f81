package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A model, loaded and ready to run ({@code OrtSession}).
 *
 * <p>Thread-safe: any number of threads may run one session at once (what the providers make of it is theirs to say:
 * DirectML allows one run at a time). {@link #close()} waits for the runs in flight.
 *
 * <pre>{@code
 * try (var session = Session.open(Path.of("model.onnx"));
 *      var arena = Arena.ofConfined();
 *      var outputs = session.run(Map.of("x", Tensor.of(arena, new float[10], 1, 10)))) {
 *     float[] y = outputs.tensor("y").floats();
 * }
 * }</pre>
 */
public final class Session implements AutoCloseable {
    private final Environment environment = Environment.get();
    private final Api api = environment.gate();
    // Shared: any thread runs, any thread closes. Closed once in a session's life, so its cost does not matter.
    private final Arena arena = Arena.ofShared();
    private final MemorySegment handle;
    private final SessionSignature signature;
    // ORT reads replaced initialisers, and models opened in place, from the memory of whoever made them; so it must
    // stay reachable, and every run holds it.
    private final HeldMemory pinned;
    private final ModelSource source;
    private final RunCall run;
    /** What must end before the model is freed, and how to end it from any thread. */
    private final Map<Object, Runnable> dependents = new ConcurrentHashMap<>();
    private final boolean cpuOnly;
    private final MemorySegment computeStream;
    private final RunOrder order;
    private volatile boolean closed;

    private Session(ModelSource source, SessionOptions options) {
        this.source = source;
        this.cpuOnly = options.cpuOnly();
        this.computeStream = options.computeStream();
        this.order = new RunOrder(options);
        try {
            this.pinned = HeldMemory.of(options.initializers());
            // A run on a stream that was closed would end the process.
            if (computeStream.address() != 0) {
                pinned.hold(computeStream);
            }
            this.handle = create(source, options).reinterpret(arena, session ->
                api.call(ApiFunction.RELEASE_SESSION, session));
            if (options.readsModelInPlace() && source instanceof ModelSource.Memory(var bytes)) {
                pinned.hold(bytes);
            }
            this.signature = SessionSignature.read(api, arena, handle);
            this.run = new RunCall(api, handle, signature, pinned, cpuOnly);
        } catch (RuntimeException | Error e) {
            arena.close();
            order.close();
            throw e;
        }
        Leaks.opened(this);
    }

    private MemorySegment create(ModelSource source, SessionOptions options) {
        if (!cpuOnly) {
            GraphRecording.allocating().lock();
        }
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            var env = environment.handle();
            // The options only point to the initialisers, so the call has to hold them.
            // A pattern switch would have to be linked, see HeldMemory.hold.
            api.check(source instanceof ModelSource.Memory(var bytes)
                ? pinned.call(api.pointer(ApiFunction.CREATE_SESSION_FROM_ARRAY),
                    env, bytes, Api.value(bytes.byteSize()), options.handle(), out)
                : pinned.call(api.pointer(ApiFunction.CREATE_SESSION),
                    env, NativePath.of(scratch, ((ModelSource.File) source).path()), options.handle(), out));
            return Cells.pointer(out);
        } finally {
            if (!cpuOnly) {
                GraphRecording.allocating().unlock();
            }
        }
    }

    /** Opens a model file ({@code .onnx} or {@code .ort}) on the CPU with default options. */
    public static Session open(Path model) {
        try (var options = new SessionOptions()) {
            return open(model, options);
        }
    }

    /**
     * Opens a model file.
     *
     * @throws OrtException if ORT refuses the model or a provider of {@code options} fails
     */
    public static Session open(Path model, SessionOptions options) {
        return new Session(new ModelSource.File(model), options);
    }

    /**
     * Opens a model from its bytes in native memory, a mapped file for instance. ORT copies what it needs, unless the
     * options have {@code session.use_ort_model_bytes_directly}: then a run after the memory's end is an exception.
     *
     * @throws TensorException if the memory is on the heap
     * @throws IllegalStateException if its arena is closed
     */
    public static Session open(MemorySegment model, SessionOptions options) {
        if (!model.isNative()) {
            throw new TensorException("the bytes of a model must be in native memory; use open(byte[], …)");
        }
        return new Session(new ModelSource.Memory(model), options);
    }

    /** Opens a model from its bytes. */
    public static Session open(byte[] model, SessionOptions options) {
        if (options.readsModelInPlace()) {
            return new Session(copyOf(model, Arena.ofAuto()), options);
        }
        try (var scratch = Arena.ofConfined()) {
            return new Session(copyOf(model, scratch), options);
        }
    }

    private static ModelSource copyOf(byte[] model, Arena into) {
        var bytes = into.allocate(Math.max(1, model.length)).asSlice(0, model.length);
        MemorySegment.copy(model, 0, bytes, JAVA_BYTE, 0, model.length);
        return new ModelSource.Memory(bytes);
    }

    /** The model's inputs, in the order of the graph; initialisers are not among them. */
    public List<ValueInfo> inputs() {
        return signature.inputs(useHandle());
    }

    /** The model's outputs, in the order of the graph. */
    public List<ValueInfo> outputs() {
        return signature.outputs(useHandle());
    }

    /** Initialisers that a run may replace by giving an input of their name. */
    public List<ValueInfo> overridableInitializers() {
        return signature.overridable(useHandle());
    }

    /** What the model says of itself. */
    public ModelMetadata metadata() {
        return MetadataReader.read(api, useHandle());
    }

    /**
     * Which provider got which nodes, right after the graph's basic optimisations; the session must have been opened
     * with {@code session.record_ep_graph_assignment_info} = {@code 1}.
     *
     * <p>ORT records what providers take in their last turn. A provider that wants another memory layout (WebGPU,
     * XNNPACK, QNN, CUDA with {@code prefer_nhwc}) takes its nodes in an earlier one, and they are missing here: seen
     * with 1.30.
     *
     * @throws OrtException if it was not opened so, or the library is older than 1.24
     */
    public List<NodeAssignment> assignment() {
        return AssignmentReader.read(api, arena, useHandle());
    }

    /**
     * Runs the model and gives all its outputs.
     *
     * @param inputs every input by name; an input of an optional type may be left out or be an {@link OptionalValue},
     *     an initialiser that is an {@linkplain #overridableInitializers overridable} one may be among them
     * @throws TensorException if an input is missing or unknown, has another dtype or shape than the model declares, or
     *     lies in a closed arena or in another thread's confined one
     * @throws OrtException if an operator fails
     * @throws IllegalStateException if this session is closed
     */
    public Outputs run(Map<String, ? extends Value> inputs) {
        return run(inputs, signature.outputNames(), Optional.empty());
    }

    /**
     * Runs the model as far as {@code outputs} need it, with options of its own.
     *
     * @throws TensorException also if an output is unknown
     */
    public Outputs run(Map<String, ? extends Value> inputs, List<String> outputs, RunOptions options) {
        return run(inputs, List.copyOf(outputs), Optional.of(options));
    }

    private Outputs run(Map<String, ? extends Value> inputs, List<String> outputs, Optional<RunOptions> options) {
        var confined = Arena.ofConfined();
        try {
            var results = invoke(confined, false, inputs, outputs, options);
            Leaks.opened(results);
            return results;
        } catch (RuntimeException | Error e) {
            confined.close();
            throw e;
        }
    }

    /** Runs the model and gives all its outputs, which live as long as {@code arena}. */
    public SequencedMap<String, Value> run(Arena arena, Map<String, ? extends Value> inputs) {
        return run(arena, inputs, Optional.empty());
    }

    /** The same with options of its own, by which another thread can end it. */
    public SequencedMap<String, Value> run(Arena arena, Map<String, ? extends Value> inputs, RunOptions options) {
        return run(arena, inputs, Optional.of(options));
    }

    private SequencedMap<String, Value> run(Arena arena, Map<String, ? extends Value> inputs,
                                            Optional<RunOptions> options) {
        return invoke(arena, true, inputs, signature.outputNames(), options).leaveToArena();
    }

    /** Sets up a run that costs one downcall and no heap: what to use in a loop. */
    public PreparedRunBuilder prepare() {
        useHandle();
        return new PreparedRunBuilder(this, api);
    }

    /**
     * Sets up a run whose inputs and outputs lie in the memory of {@code stream}'s device, which copies them and, if
     * the session's provider was given it, computes as well.
     */
    public DeviceRunBuilder prepareOnDevice(DeviceStream stream) {
        useHandle();
        return new DeviceRunBuilder(this, api, stream);
    }

    /**
     * Sets up a run whose inputs and outputs lie in {@code memory}; ORT copies them ({@code CopyTensors}), one after
     * the other with the run.
     *
     * @throws OrtException from {@link DeviceRunBuilder#build()} if {@code memory} is not the host's and the library is
     *     older than 1.23, or knows no copies from and to it
     */
    public DeviceRunBuilder prepareOnDevice(MemoryInfo memory) {
        return prepareOnDevice(new OrtStream(api, memory));
    }

    /**
     * Memory that this session's providers allocate, and the statistics of their arena. Dies with the session.
     *
     * @throws OrtException if no provider of this session has such memory
     */
    public DeviceMemory memory(MemoryInfo info) {
        useHandle();
        return new DeviceMemory(this, api, info);
    }

    /** The native stream that the caller gave the provider to compute on; NULL if none. */
    MemorySegment computeStream() {
        return computeStream;
    }

    /**
     * Whether a provider of this session records the launches of a run as a graph, for {@linkplain #prepareOnDevice
     * device runs} to replay. All other runs of such a session are not recorded, and it does one run at a time,
     * whatever its kind.
     */
    public boolean recordsGraphs() {
        return order.recordsGraphs();
    }

    /** Which runs may go on at the same time. */
    RunOrder order() {
        return order;
    }

    /** Whether every node runs on the CPU, so that tensors in CPU memory are where they are needed. */
    boolean runsOnCpuOnly() {
        return cpuOnly;
    }

    /** What every run must hold besides its inputs. */
    HeldMemory pinned() {
        return pinned;
    }

    /**
     * From now on {@link #close()} calls {@code revoke}, which ends the lease, before it frees the model.
     *
     * @return the handle, to be tied to that lease
     */
    MemorySegment lend(Object dependent, Runnable revoke) {
        dependents.put(dependent, revoke);
        // Asked after adding: if close() has missed it, this sees that it was called.
        return useHandle();
    }

    void forget(Object dependent) {
        dependents.remove(dependent);
    }

    private Outputs invoke(Arena into, boolean callers, Map<String, ? extends Value> inputs, List<String> outputs,
                           Optional<RunOptions> options) {
        if (closed) {
            throw isClosed();
        }
        if (callers) {
            // Refuses a closed arena, or another thread's, before the model runs for nothing.
            HeldMemory.anchor(into);
        }
        var handle = order.unrecorded(options).map(RunOptions::handle).orElse(MemorySegment.NULL);
        order.begin();
        try {
            return run.run(into, callers, inputs, outputs, handle);
        } catch (OrtException e) {
            throw explainRefusal(e, inputs);
        } catch (IllegalStateException | WrongThreadException e) {
            throw explain(e, inputs);
        } finally {
            order.end();
        }
    }

    /** ORT's own message does not always name the input. */
    private RuntimeException explainRefusal(OrtException e, Map<String, ? extends Value> inputs) {
        if (e.code() != ErrorCode.INVALID_ARGUMENT || closed) {
            return e;
        }
        return signature.mismatch(inputs, handle).<RuntimeException>map(TensorException::new).orElse(e);
    }

    /** The FFM API says that something is closed; this says what. */
    private RuntimeException explain(RuntimeException e, Map<String, ? extends Value> inputs) {
        if (closed) {
            return isClosed();
        }
        for (var input : inputs.entrySet()) {
            var problem = HeldMemory.problem(input.getValue());
            if (problem.isPresent()) {
                return new TensorException("input '" + input.getKey() + "': " + problem.get());
            }
        }
        return pinned.problem().<RuntimeException>map(problem -> new IllegalStateException(
            "an initializer or the model's bytes, which " + this + " reads in place: " + problem)).orElse(e);
    }

    private IllegalStateException isClosed() {
        return new IllegalStateException("the session of " + source + " is closed");
    }

    private MemorySegment useHandle() {
        if (closed) {
            throw isClosed();
        }
        return handle;
    }

    /**
     * Ends profiling and gives the file that holds the profile.
     *
     * @throws IllegalStateException if the session does not profile, or is closed
     * @see SessionOptions#profiling
     */
    public Path endProfiling() {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(api.call(ApiFunction.SESSION_END_PROFILING, useHandle(), api.defaultAllocator(), out));
            var file = api.takeString(Cells.pointer(out));
            if (file.isEmpty()) {
                throw new IllegalStateException(this + " was not opened with SessionOptions.profiling");
            }
            return Path.of(file);
        }
    }

    /** The {@code OrtSession*}, for calls that this class does not make; dies with {@link #close()}. */
    public MemorySegment handle() {
        return handle;
    }

    /**
     * Lets no new run start, waits for those in flight and frees the model. A second call does nothing. To end the runs
     * rather than wait for them, {@linkplain RunOptions#terminate() terminate} them first.
     */
    @Override
    public void close() {
        closed = true;
        dependents.values().forEach(Runnable::run);
        // Frees what lies on the device: like allocating, not while a graph is recorded.
        if (cpuOnly) {
            SharedArenas.close(arena);
        } else {
            GraphRecording.allocating().lock();
            try {
                SharedArenas.close(arena);
            } finally {
                GraphRecording.allocating().unlock();
            }
        }
        order.close();
        Leaks.closed(this);
    }

    /** The model's origin and its inputs' and outputs' names. */
    @Override
    public String toString() {
        return "Session(" + source + ": " + String.join(", ", signature.inputNames()) + " -> "
            + String.join(", ", signature.outputNames()) + ")";
    }
}
