package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code OrtApi::RunWithBinding} over tensors that lie on a device. */
final class DeviceBinding implements AutoCloseable {
    private final Session session;
    private final Api api;
    private final MemorySegment function;
    private final MemorySegment synchronizeInputs;
    private final MemorySegment synchronizeOutputs;
    /** What the session may take away, as in {@link PreparedRun}. */
    private final Arena lease = Arena.ofShared();
    private final Arena names = Arena.ofConfined();
    private final MemorySegment leased;
    private final MemorySegment binding;
    private final MemorySegment cpu;
    private final RunOptions options;
    private final HeldMemory held = new HeldMemory();
    private final boolean inLine;
    private final boolean recorded;
    /** Outputs that ORT allocates on the host: their places among all outputs, and their names in C. */
    private final Map<String, Integer> variable = new LinkedHashMap<>();
    private int outputs;
    /** The values of those outputs; of the last run. */
    private Arena results = Arena.ofConfined();
    private boolean ran;
    private volatile boolean revoked;

    /** @param inLine whether the caller waits on the stream that the session computes on, so that ORT need not */
    DeviceBinding(Session session, Api api, boolean inLine, boolean recorded) {
        this.session = session;
        this.api = api;
        this.inLine = inLine;
        this.recorded = recorded;
        this.function = api.pointer(ApiFunction.RUN_WITH_BINDING);
        this.synchronizeInputs = api.pointer(ApiFunction.SYNCHRONIZE_BOUND_INPUTS);
        this.synchronizeOutputs = api.pointer(ApiFunction.SYNCHRONIZE_BOUND_OUTPUTS);
        this.options = new RunOptions();
        if (recorded) {
            options.config("gpu_graph_id", Integer.toString(session.order().nextGraph()));
        } else {
            options.unrecorded();
        }
        if (inLine) {
            options.config("disable_synchronize_execution_providers", "1");
        }
        held.holdAll(session.pinned());
        try (var scratch = Arena.ofConfined()) {
            this.leased = session.lend(this, this::revoke).reinterpret(lease, null);
            this.cpu = MemoryInfo.CPU.create(api, lease);
            var out = scratch.allocate(ADDRESS);
            api.check(api.call(ApiFunction.CREATE_IO_BINDING, leased, out));
            this.binding = Values.own(lease, out.get(ADDRESS, 0),
                made -> api.call(ApiFunction.RELEASE_IO_BINDING, made));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        Leaks.opened(this);
    }

    /** Binds an input for all runs. */
    void input(DevicePort port) {
        api.check(api.call(ApiFunction.BIND_INPUT, binding, names.allocateFrom(port.name()), value(port)));
    }

    /** Binds an output for all runs; one without a tensor for the next, see {@link #run()}. */
    void output(DevicePort port) {
        if (port.onDevice().isPresent()) {
            api.check(api.call(ApiFunction.BIND_OUTPUT, binding, names.allocateFrom(port.name()), value(port)));
        } else {
            variable.put(port.name(), outputs);
        }
        outputs++;
    }

    private MemorySegment value(DevicePort port) {
        if (port.onDevice().isEmpty()) {
            var tensor = port.onHost().orElseThrow();
            held.hold(tensor.segment());
            return tensor.handle();
        }
        var tensor = port.onDevice().get();
        held.hold(tensor.handle());
        held.hold(tensor.address());
        return tensor.handle();
    }

    /**
     * Runs.
     *
     * @throws IllegalStateException if this or the session is closed, or a bound tensor's memory
     */
    void run() {
        if (revoked) {
            throw isClosed();
        }
        try {
            if (!variable.isEmpty()) {
                bindVariable();
            }
            if (!inLine) {
                api.check(Downcall.pointers(synchronizeInputs, binding, NULL, NULL, NULL));
            }
            invoke();
            if (!inLine) {
                api.check(Downcall.pointers(synchronizeOutputs, binding, NULL, NULL, NULL));
            }
            ran = true;
        } catch (IllegalStateException e) {
            throw revoked ? isClosed() : e;
        }
    }

    private void invoke() {
        if (recorded) {
            session.order().beginRecorded();
        } else {
            session.order().begin();
        }
        try {
            api.check(held.call(function, leased, options.handle(), binding));
        } finally {
            if (recorded) {
                session.order().endRecorded();
            } else {
                session.order().end();
            }
        }
    }

    /** ORT would take the last run's value for memory of the shape that it has to have. */
    private void bindVariable() {
        results.close();
        results = Arena.ofConfined();
        for (var name : variable.keySet()) {
            api.check(api.call(ApiFunction.BIND_OUTPUT_TO_DEVICE, binding, results.allocateFrom(name), cpu));
        }
    }

    /** What the last run gave for an output that ORT allocates. */
    Tensor variable(String name) {
        if (!ran) {
            throw new TensorException("output '" + name + "' gets its shape from a run, and there was none yet");
        }
        var frame = CallFrame.take(Values.SCRATCH);
        try {
            var scratch = frame.memory();
            var values = boundValues(scratch);
            int wanted = variable.get(name);
            Value found = OptionalValue.EMPTY;
            for (int i = 0; i < outputs; i++) {
                long value = values.getAtIndex(JAVA_LONG, i);
                if (i == wanted) {
                    found = Values.adopt(api, results, value, scratch);
                } else {
                    api.releaseValue(value);
                }
            }
            api.free(values);
            return found instanceof Tensor tensor ? tensor
                : fail("output '" + name + "' is not a tensor; use Session.run");
        } finally {
            frame.giveBack();
        }
    }

    private static Tensor fail(String words) {
        throw new TensorException(words);
    }

    /** One {@code OrtValue*} an output, all of them ours; the array as well. */
    private MemorySegment boundValues(MemorySegment scratch) {
        var count = scratch.asSlice(Long.BYTES, Long.BYTES);
        api.check(api.call(ApiFunction.GET_BOUND_OUTPUT_VALUES, binding, api.defaultAllocator(), scratch, count));
        return scratch.get(ADDRESS, 0).reinterpret(count.get(JAVA_LONG, 0) * ADDRESS.byteSize());
    }

    private IllegalStateException isClosed() {
        return new IllegalStateException("this run or its session is closed: " + session);
    }

    /** Whether runs are possible. */
    boolean isOpen() {
        return !revoked;
    }

    /** Called by the session when it closes, on any thread: waits for the run in flight, allows no other. */
    private void revoke() {
        revoked = true;
        SharedArenas.close(lease);
    }

    /** Frees it, on the thread that made it. A second call does nothing. */
    @Override
    public void close() {
        session.forget(this);
        revoke();
        options.close();
        if (names.scope().isAlive()) {
            names.close();
            results.close();
            Leaks.closed(this);
        }
    }
}
