package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ffi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    // ORT reads replaced initialisers, and models opened in place, from the memory of whoever made them.
    private final List<Tensor> initializers;
    private final ModelSource source;
    private final MemorySegment run;
    private final Set<PreparedRun> prepared = ConcurrentHashMap.newKeySet();
    private final boolean cpuOnly;
    private volatile boolean closed;

    private Session(ModelSource source, SessionOptions options) {
        this.source = source;
        this.initializers = options.initializers();
        this.cpuOnly = options.cpuOnly();
        this.run = OrtApi.Run(api.table());
        try {
            this.handle = create(source, options).reinterpret(arena, session ->
                OrtApi.ReleaseSession.invoke(OrtApi.ReleaseSession(api.table()), session));
            this.signature = SessionSignature.read(api, arena, handle);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private MemorySegment create(ModelSource source, SessionOptions options) {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(switch (source) {
                case ModelSource.File(var path) -> OrtApi.CreateSession.invoke(OrtApi.CreateSession(api.table()),
                    environment.handle(), NativePath.of(scratch, path), options.handle(), out);
                case ModelSource.Memory(var bytes) -> OrtApi.CreateSessionFromArray.invoke(
                    OrtApi.CreateSessionFromArray(api.table()),
                    environment.handle(), bytes, bytes.byteSize(), options.handle(), out);
            });
            return out.get(ADDRESS, 0);
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
     * options have {@code session.use_ort_model_bytes_directly}: then the memory must outlive the session.
     */
    public static Session open(MemorySegment model, SessionOptions options) {
        if (!model.isNative()) {
            throw new TensorException("the bytes of a model must be in native memory; use open(byte[], …)");
        }
        return new Session(new ModelSource.Memory(model), options);
    }

    /** Opens a model from its bytes. */
    public static Session open(byte[] model, SessionOptions options) {
        try (var scratch = Arena.ofConfined()) {
            var bytes = scratch.allocate(Math.max(1, model.length)).asSlice(0, model.length);
            MemorySegment.copy(model, 0, bytes, JAVA_BYTE, 0, model.length);
            return new Session(new ModelSource.Memory(bytes), options);
        }
    }

    /** The model's inputs, in the order of the graph; initialisers are not among them. */
    public List<ValueInfo> inputs() {
        return signature.inputs(this::useHandle);
    }

    /** The model's outputs, in the order of the graph. */
    public List<ValueInfo> outputs() {
        return signature.outputs(this::useHandle);
    }

    /** Initialisers that a run may replace by giving an input of their name. */
    public List<ValueInfo> overridableInitializers() {
        return signature.overridable(this::useHandle);
    }

    /** What the model says of itself. */
    public ModelMetadata metadata() {
        return MetadataReader.read(api, useHandle());
    }

    /**
     * Runs the model and gives all its outputs.
     *
     * @param inputs every input by name
     * @throws TensorException if an input is missing or unknown, or its arena is closed
     * @throws OrtException if ORT refuses a dtype or shape, or an operator fails
     * @throws IllegalStateException if this session is closed
     */
    public Outputs run(Map<String, ? extends Value> inputs) {
        return run(inputs, signature.outputNames(), MemorySegment.NULL);
    }

    /** Runs the model as far as {@code outputs} need it, with options of its own. */
    public Outputs run(Map<String, ? extends Value> inputs, List<String> outputs, RunOptions options) {
        return run(inputs, outputs, options.handle());
    }

    private Outputs run(Map<String, ? extends Value> inputs, List<String> outputs, MemorySegment options) {
        var confined = Arena.ofConfined();
        try {
            return new Outputs(confined, outputs, invoke(confined, inputs, outputs, options));
        } catch (RuntimeException | Error e) {
            confined.close();
            throw e;
        }
    }

    /** Runs the model and gives all its outputs, which live as long as {@code arena}. */
    public SequencedMap<String, Value> run(Arena arena, Map<String, ? extends Value> inputs) {
        var names = signature.outputNames();
        return new Outputs(arena, names, invoke(arena, inputs, names, MemorySegment.NULL)).asMap();
    }

    /** Sets up a run that costs one downcall and no heap: what to use in a loop. */
    public PreparedRunBuilder prepare() {
        useHandle();
        return new PreparedRunBuilder(this, api);
    }

    /** Whether every node runs on the CPU, so that tensors in CPU memory are where they are needed. */
    boolean runsOnCpuOnly() {
        return cpuOnly;
    }

    void remember(PreparedRun run) {
        prepared.add(run);
        if (closed) {
            // The session was closed while the run was being made, and may not have seen it.
            run.revoke();
        }
    }

    void forget(PreparedRun run) {
        prepared.remove(run);
    }

    private Value[] invoke(Arena into, Map<String, ? extends Value> inputs, List<String> outputs,
                           MemorySegment options) {
        if (closed) {
            throw isClosed();
        }
        var names = signature.inputNames();
        boolean usual = inputs.size() == names.size() && inputs.keySet().containsAll(names);
        if (!usual) {
            names = signature.select(inputs.keySet(), this::useHandle);
        }
        boolean allOutputs = outputs == signature.outputNames();
        int in = names.size();
        int out = outputs.size();
        var block = into.allocate((in + out) * ADDRESS.byteSize() + Values.SCRATCH, 8);
        var call = new RunCall();
        for (int i = 0; i < in; i++) {
            var value = inputs.get(names.get(i));
            block.setAtIndex(ADDRESS, i, value.handle());
            call.hold(value);
        }
        var outputArray = block.asSlice(in * ADDRESS.byteSize(), out * ADDRESS.byteSize());
        var inputNames = usual ? signature.inputNamePointers() : Api.cStrings(into, names);
        var outputNames = allOutputs ? signature.outputNamePointers() : signature.outputPointers(into, outputs);
        try {
            api.check(call.invoke(run, handle, options, inputNames, block, in, outputNames, out, outputArray));
        } catch (OrtException e) {
            throw signature.mismatch(inputs, this::useHandle).<RuntimeException>map(TensorException::new).orElse(e);
        } catch (IllegalStateException | WrongThreadException e) {
            throw explain(e, inputs);
        }
        return adopt(into, outputArray, out, block.asSlice((in + out) * ADDRESS.byteSize()));
    }

    private Value[] adopt(Arena into, MemorySegment pointers, int count, MemorySegment scratch) {
        var values = new Value[count];
        int done = 0;
        try {
            for (; done < count; done++) {
                values[done] = Values.adopt(api, into, pointers.getAtIndex(ADDRESS, done), scratch);
            }
            return values;
        } catch (RuntimeException | Error e) {
            // What was not adopted yet has no other owner.
            for (int i = done + 1; i < count; i++) {
                if (pointers.getAtIndex(JAVA_LONG, i) != 0) {
                    api.releaseValue(pointers.getAtIndex(ADDRESS, i));
                }
            }
            throw e;
        }
    }

    /** The FFM API says that something is closed; this says what. */
    private RuntimeException explain(RuntimeException e, Map<String, ? extends Value> inputs) {
        if (closed) {
            return isClosed();
        }
        for (var input : inputs.entrySet()) {
            var value = input.getValue();
            boolean alive = value.handle().scope().isAlive()
                && (!(value instanceof Tensor t) || t.foreignMemory().map(m -> m.scope().isAlive()).orElse(true));
            if (!alive) {
                return new TensorException("input '" + input.getKey() + "': the arena of its memory is closed");
            }
            if (!value.handle().isAccessibleBy(Thread.currentThread())) {
                return new TensorException("input '" + input.getKey() + "' was made in another thread's confined "
                    + "arena; use a shared or automatic arena for tensors that several threads use");
            }
        }
        return e;
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
     * @see SessionOptions#profiling
     */
    public Path endProfiling() {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(OrtApi.SessionEndProfiling.invoke(
                OrtApi.SessionEndProfiling(api.table()), useHandle(), api.defaultAllocator(), out));
            return Path.of(api.takeString(out.get(ADDRESS, 0)));
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
        prepared.forEach(PreparedRun::revoke);
        SharedArenas.close(arena);
    }

    /** The model's origin and its inputs' and outputs' names. */
    @Override
    public String toString() {
        return "Session(" + source + ": " + String.join(", ", signature.inputNames()) + " -> "
            + String.join(", ", signature.outputNames()) + ")";
    }
}
