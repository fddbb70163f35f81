package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sets up a {@link PreparedRun}. Inputs that are not mentioned take the model's declared shape; outputs get memory
 * beforehand if their shape follows from the inputs', and otherwise from ORT in each run.
 */
public final class PreparedRunBuilder {
    private final Session session;
    private final Api api;
    private final Given givenInputs = new Given(new HashMap<>(), new HashMap<>());
    private final Given givenOutputs = new Given(new HashMap<>(), new HashMap<>());
    private List<String> outputs = List.of();
    private Optional<RunOptions> options = Optional.empty();

    /** What the caller said of inputs or outputs, by name. */
    private record Given(Map<String, Shape> shapes, Map<String, Tensor> tensors) { }

    /** What a prepared run consists of. */
    record Plan(List<String> inputNames, List<String> outputNames, Tensor[] inputs, BoundOutput[] outputs,
                MemorySegment outputSlots, HeldMemory held, Optional<RunOptions> options, boolean onCpu) { }

    PreparedRunBuilder(Session session, Api api) {
        this.session = session;
        this.api = api;
    }

    /** Gives an input memory of this shape; needed where the model leaves a dimension open. */
    public PreparedRunBuilder input(String name, long... shape) {
        givenInputs.shapes.put(name, Shape.of(shape));
        return this;
    }

    /** Reads an input from {@code tensor}, wherever its memory lies. The tensor must outlive the prepared run. */
    public PreparedRunBuilder input(String name, Tensor tensor) {
        givenInputs.tensors.put(name, tensor);
        return this;
    }

    /**
     * Gives an output memory of this shape, where the model does not say it. Where the model says another, which ORT would
     * insist on, ORT gives the memory in each run.
     */
    public PreparedRunBuilder output(String name, long... shape) {
        givenOutputs.shapes.put(name, Shape.of(shape));
        return this;
    }

    /**
     * Writes an output into {@code tensor}, wherever its memory lies. The tensor must outlive the prepared run, and have
     * the type and a shape that the model declares.
     */
    public PreparedRunBuilder output(String name, Tensor tensor) {
        givenOutputs.tensors.put(name, tensor);
        return this;
    }

    /** Computes these outputs only; all, if this is not called. */
    public PreparedRunBuilder outputs(String... names) {
        outputs = List.of(names);
        return this;
    }

    /** Runs with these options; they must outlive the prepared run. */
    public PreparedRunBuilder options(RunOptions runOptions) {
        options = Optional.of(runOptions);
        return this;
    }

    /**
     * Allocates and binds everything.
     *
     * @throws TensorException if a name is unknown, a tensor or shape does not fit the model, a needed shape is not
     *     given, a tensor's arena is closed or another thread's confined one, or an output's memory is read-only
     * @throws IllegalStateException if the session is closed
     */
    public PreparedRun build() {
        requireKnown("input", session.inputs(), givenInputs, List.of());
        requireKnown("output", session.outputs(), givenOutputs, outputs);
        var arena = Arena.ofConfined();
        try {
            return new PreparedRun(session, api, arena, plan(arena));
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private static void requireKnown(String kind, List<ValueInfo> infos, Given given, List<String> chosen) {
        var known = infos.stream().map(ValueInfo::name).toList();
        for (var names : List.of(given.shapes.keySet(), given.tensors.keySet(), chosen)) {
            for (var name : names) {
                if (!known.contains(name)) {
                    throw new TensorException("no " + kind + " is named '" + name + "'; the model has "
                        + String.join(", ", known));
                }
            }
        }
    }

    private Plan plan(Arena arena) {
        var inputInfos = session.inputs();
        var symbols = new Symbols();
        var inputs = new Tensor[inputInfos.size()];
        var inputNames = inputInfos.stream().map(ValueInfo::name).toList();
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = input(arena, inputInfos.get(i), symbols);
        }
        var infos = session.outputs().stream()
            .filter(info -> outputs.isEmpty() || outputs.contains(info.name())).toList();
        var slots = arena.allocate(ADDRESS, Math.max(1, infos.size()));
        var scratch = arena.allocate(Values.SCRATCH, 8);
        var held = new HeldMemory();
        held.holdAll(session.pinned());
        givenInputs.tensors.values().forEach(held::hold);
        givenOutputs.tensors.values().forEach(held::hold);
        var bindings = new BoundOutput[infos.size()];
        for (int i = 0; i < bindings.length; i++) {
            var info = infos.get(i);
            var slot = slots.asSlice(i * ADDRESS.byteSize(), ADDRESS.byteSize());
            int passed = inputNames.indexOf(info.name());
            var tensor = passed >= 0 ? Optional.of(passed(info, inputs[passed])) : output(arena, info, symbols);
            tensor.ifPresent(known -> slot.set(ADDRESS, 0, known.handle()));
            bindings[i] = tensor.<BoundOutput>map(BoundOutput.Fixed::new)
                .orElseGet(() -> new BoundOutput.Variable(info.name(), api, slot, scratch));
        }
        return new Plan(inputNames, infos.stream().map(ValueInfo::name).toList(), inputs,
            bindings, slots, held, session.order().unrecorded(options), session.runsOnCpuOnly());
    }

    private Tensor input(Arena arena, ValueInfo info, Symbols symbols) {
        if (!(info.type() instanceof ValueType.TensorType type)) {
            throw new TensorException("input '" + info + "' is not a tensor; use Session.run");
        }
        var tensor = givenInputs.tensors.get(info.name());
        if (tensor == null) {
            var shape = Optional.ofNullable(givenInputs.shapes.get(info.name())).or(type::fixedShape).orElseThrow(() ->
                new TensorException("input '" + info + "' has no fixed shape: give one, or a tensor"));
            require(info, type, type.elementType(), shape);
            tensor = Tensor.allocate(arena, type.elementType(), shape);
        }
        require(info, type, tensor.elementType(), tensor.shape());
        requireUsable("input", info, tensor);
        symbols.learn(type, tensor.shape());
        return tensor;
    }

    /** ORT writes nothing for an output that is an input: the two are one tensor. */
    private Tensor passed(ValueInfo info, Tensor input) {
        if (givenOutputs.tensors.getOrDefault(info.name(), input) != input) {
            throw new TensorException("output '" + info.name() + "' is an input of the model, and lies where that lies");
        }
        return input;
    }

    private Optional<Tensor> output(Arena arena, ValueInfo info, Symbols symbols) {
        var tensor = givenOutputs.tensors.get(info.name());
        if (tensor != null) {
            return Optional.of(boundOutput(info, tensor));
        }
        if (!(info.type() instanceof ValueType.TensorType type) || type.elementType() == ElementType.STRING) {
            return Optional.empty();
        }
        return Optional.ofNullable(givenOutputs.shapes.get(info.name())).or(() -> symbols.resolve(type))
            .filter(shape -> type.accepts(type.elementType(), shape))
            .map(shape -> Tensor.allocate(arena, type.elementType(), shape));
    }

    private static Tensor boundOutput(ValueInfo info, Tensor tensor) {
        if (!(info.type() instanceof ValueType.TensorType type)
            || !type.accepts(tensor.elementType(), tensor.shape())) {
            throw new TensorException("output '" + info + "' cannot be written into " + tensor);
        }
        if (tensor.elementType() != ElementType.STRING && tensor.segment().isReadOnly()) {
            throw new TensorException("output '" + info.name() + "' cannot be written into read-only memory");
        }
        requireUsable("output", info, tensor);
        return tensor;
    }

    private static void requireUsable(String kind, ValueInfo info, Tensor tensor) {
        HeldMemory.problem(tensor).ifPresent(problem -> {
            throw new TensorException(kind + " '" + info.name() + "': " + problem);
        });
    }

    private static void require(ValueInfo info, ValueType.TensorType type, ElementType elementType, Shape shape) {
        if (!type.accepts(elementType, shape)) {
            throw new TensorException("input '" + info.name() + "' is " + type + "; given: " + elementType + shape);
        }
    }
}
