package dev.gpux.ort;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sets up a {@link DeviceRun}. Inputs that are not mentioned take the model's declared shape. Each input and output
 * gets a tensor on the device and one on the host, in memory that the device copies fast; {@link #input(String,
 * DeviceTensor)} and {@link #output(String, DeviceTensor)} leave one on the device alone.
 */
public final class DeviceRunBuilder {
    private final Session session;
    private final Api api;
    private final DeviceStream stream;
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Map<String, DeviceTensor> given = new HashMap<>();
    private boolean graph = true;

    /**
     * What an input or output consists of.
     *
     * @param name the model's name for it
     * @param type its element type
     * @param shape its shape; none for an output that only a run gives one
     * @param onDevice the caller's tensor, which nothing is copied to or from
     */
    record Slot(String name, ElementType type, Optional<Shape> shape, Optional<DeviceTensor> onDevice) { }

    DeviceRunBuilder(Session session, Api api, DeviceStream stream) {
        this.session = session;
        this.api = api;
        this.stream = stream;
    }

    /** Gives an input this shape; needed where the model leaves a dimension open. */
    public DeviceRunBuilder input(String name, long... shape) {
        shapes.put(name, Shape.of(shape));
        return this;
    }

    /** Reads an input from {@code tensor}, on the device; it must outlive the run. */
    public DeviceRunBuilder input(String name, DeviceTensor tensor) {
        given.put(name, tensor);
        return this;
    }

    /** Gives an output this shape, where it does not follow from the model and the inputs. */
    public DeviceRunBuilder output(String name, long... shape) {
        return input(name, shape);
    }

    /** Leaves an output in {@code tensor}, on the device; it must outlive the run. */
    public DeviceRunBuilder output(String name, DeviceTensor tensor) {
        return input(name, tensor);
    }

    /**
     * Whether a provider that records graphs ({@code dev.gpux.provider.Cuda.graph}) shall do so for this run; it does
     * by default: {@link #build()} then runs the model once, on zeros and what lies in the tensors given to it. While
     * it does, no other thread may make device memory be allocated: sessions that are opened or closed, runs of all
     * kinds that are not replayed, and {@link DeviceMemory} wait for it by themselves, and it for them.
     */
    public DeviceRunBuilder graph(boolean recorded) {
        graph = recorded;
        return this;
    }

    /**
     * Allocates and binds everything.
     *
     * @throws TensorException if a name is unknown, a tensor or shape does not fit the model, a needed shape is not
     *     given, or an input is of strings or no tensor; or if the run shall be recorded, and the CPU reads an input or
     *     only a run tells an output's shape
     * @throws OrtException if no provider of the session has such memory, or it is used up
     * @throws IllegalStateException if the session is closed
     */
    public DeviceRun build() {
        var inputs = session.inputs();
        var outputs = session.outputs();
        requireKnown(inputs, outputs);
        var symbols = new Symbols();
        var in = inputs.stream().map(info -> input(info, symbols)).toList();
        var out = outputs.stream().map(info -> output(info, symbols)).toList();
        given.forEach((name, tensor) -> {
            if (!tensor.info().equals(stream.deviceMemory())) {
                throw new TensorException("'" + name + "' is " + tensor + "; this run is in " + stream.deviceMemory());
            }
        });
        boolean recorded = graph && session.recordsGraphs();
        var lock = recorded ? GraphRecording.exclusive() : GraphRecording.allocating();
        lock.lock();
        try {
            return new DeviceRun(session, api, stream, in, out, recorded);
        } finally {
            lock.unlock();
        }
    }

    private void requireKnown(List<ValueInfo> inputs, List<ValueInfo> outputs) {
        for (var names : List.of(shapes.keySet(), given.keySet())) {
            for (var name : names) {
                if (inputs.stream().noneMatch(info -> info.name().equals(name))
                    && outputs.stream().noneMatch(info -> info.name().equals(name))) {
                    throw new TensorException("no input or output is named '" + name + "'; the model has "
                        + inputs.stream().map(ValueInfo::name).toList() + " and "
                        + outputs.stream().map(ValueInfo::name).toList());
                }
            }
        }
    }

    private Slot input(ValueInfo info, Symbols symbols) {
        var type = tensorType("input", info);
        var tensor = Optional.ofNullable(given.get(info.name()));
        var shape = tensor.map(DeviceTensor::shape).or(() -> Optional.ofNullable(shapes.get(info.name())))
            .or(type::fixedShape).orElseThrow(() ->
                new TensorException("input '" + info + "' has no fixed shape: give one, or a tensor"));
        require("input", info, type, tensor.map(DeviceTensor::elementType).orElse(type.elementType()), shape);
        symbols.learn(type, shape);
        return new Slot(info.name(), type.elementType(), Optional.of(shape), tensor);
    }

    private Slot output(ValueInfo info, Symbols symbols) {
        var type = tensorType("output", info);
        var tensor = Optional.ofNullable(given.get(info.name()));
        var shape = tensor.map(DeviceTensor::shape).or(() -> Optional.ofNullable(shapes.get(info.name())));
        shape.ifPresent(told -> require("output", info, type,
            tensor.map(DeviceTensor::elementType).orElse(type.elementType()), told));
        return new Slot(info.name(), type.elementType(), shape.or(() -> symbols.resolve(type)), tensor);
    }

    private static ValueType.TensorType tensorType(String kind, ValueInfo info) {
        if (info.type() instanceof ValueType.TensorType type && type.elementType() != ElementType.STRING) {
            return type;
        }
        throw new TensorException(kind + " '" + info + "' cannot lie on a device; use Session.run");
    }

    private static void require(String kind, ValueInfo info, ValueType.TensorType type, ElementType elementType,
                                Shape shape) {
        if (!type.accepts(elementType, shape)) {
            throw new TensorException(kind + " '" + info.name() + "' is " + type + "; given: " + elementType + shape);
        }
    }
}
