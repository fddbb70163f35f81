package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The inputs and outputs of a session: their names, as Java and as C strings, read when it opens; their types, read when
 * somebody asks, since a run does not need them and each costs a dozen calls.
 */
final class SessionSignature {
    private enum Kind { INPUT, OUTPUT, OVERRIDABLE }

    private final Api api;
    private final List<String> inputNames;
    private final List<String> outputNames;
    private final MemorySegment inputPointers;
    private final MemorySegment outputPointers;
    private final boolean passesThrough;
    private volatile List<ValueInfo> inputs = List.of();
    private volatile List<ValueInfo> outputs = List.of();
    private volatile List<ValueInfo> overridable = List.of();

    private SessionSignature(Api api, List<String> inputNames, List<String> outputNames, MemorySegment inputPointers,
                             MemorySegment outputPointers) {
        this.api = api;
        this.inputNames = inputNames;
        this.outputNames = outputNames;
        // Without their arena: the session's handle goes into every call that uses them and keeps it open.
        this.inputPointers = MemorySegment.ofAddress(inputPointers.address());
        this.outputPointers = MemorySegment.ofAddress(outputPointers.address());
        this.passesThrough = outputNames.stream().anyMatch(inputNames::contains);
    }

    static SessionSignature read(Api api, Arena arena, MemorySegment session) {
        var inputs = names(api, session, Kind.INPUT);
        var outputs = names(api, session, Kind.OUTPUT);
        return new SessionSignature(api, inputs, outputs, Api.cStrings(arena, inputs), Api.cStrings(arena, outputs));
    }

    private static List<String> names(Api api, MemorySegment session, Kind kind) {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(switch (kind) {
                case INPUT -> api.call(ApiFunction.SESSION_GET_INPUT_COUNT, session, out);
                case OUTPUT -> api.call(ApiFunction.SESSION_GET_OUTPUT_COUNT, session, out);
                case OVERRIDABLE -> api.call(ApiFunction.SESSION_GET_OVERRIDABLE_INITIALIZER_COUNT, session, out);
            });
            long count = Cells.number(out);
            var names = new ArrayList<String>((int) count);
            for (long i = 0; i < count; i++) {
                var allocator = api.defaultAllocator();
                api.check(switch (kind) {
                    case INPUT -> api.call(ApiFunction.SESSION_GET_INPUT_NAME, session, Api.value(i), allocator, out);
                    case OUTPUT -> api.call(ApiFunction.SESSION_GET_OUTPUT_NAME, session, Api.value(i), allocator, out);
                    case OVERRIDABLE -> api.call(ApiFunction.SESSION_GET_OVERRIDABLE_INITIALIZER_NAME,
                        session, Api.value(i), allocator, out);
                });
                names.add(api.takeString(Cells.pointer(out)));
            }
            return List.copyOf(names);
        }
    }

    private List<ValueInfo> types(MemorySegment session, Kind kind, List<String> names) {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            var reader = new TypeReader(api, scratch);
            var infos = new ArrayList<ValueInfo>(names.size());
            for (int i = 0; i < names.size(); i++) {
                api.check(switch (kind) {
                    case INPUT -> api.call(ApiFunction.SESSION_GET_INPUT_TYPE_INFO, session, Api.value(i), out);
                    case OUTPUT -> api.call(ApiFunction.SESSION_GET_OUTPUT_TYPE_INFO, session, Api.value(i), out);
                    case OVERRIDABLE -> api.call(ApiFunction.SESSION_GET_OVERRIDABLE_INITIALIZER_TYPE_INFO,
                        session, Api.value(i), out);
                });
                infos.add(new ValueInfo(names.get(i), reader.take(Cells.pointer(out))));
            }
            return List.copyOf(infos);
        }
    }

    List<String> inputNames() {
        return inputNames;
    }

    List<String> outputNames() {
        return outputNames;
    }

    /** {@code char*[]} of the inputs; valid while the session is open. */
    MemorySegment inputNamePointers() {
        return inputPointers;
    }

    /** {@code char*[]} of the outputs; valid while the session is open. */
    MemorySegment outputNamePointers() {
        return outputPointers;
    }

    /** Whether an output of the graph is one of its inputs. */
    boolean passesThrough() {
        return passesThrough;
    }

    List<ValueInfo> inputs(MemorySegment session) {
        if (inputs.size() != inputNames.size()) {
            inputs = types(session, Kind.INPUT, inputNames);
        }
        return inputs;
    }

    List<ValueInfo> outputs(MemorySegment session) {
        if (outputs.size() != outputNames.size()) {
            outputs = types(session, Kind.OUTPUT, outputNames);
        }
        return outputs;
    }

    List<ValueInfo> overridable(MemorySegment session) {
        if (overridable.isEmpty()) {
            overridable = types(session, Kind.OVERRIDABLE, names(api, session, Kind.OVERRIDABLE));
        }
        return overridable;
    }

    /** The inputs of a run that gives others than exactly all of them: without optional ones, or with initialisers. */
    List<String> select(Set<String> given, MemorySegment session) {
        var selected = new ArrayList<String>();
        for (var input : inputs(session)) {
            if (given.contains(input.name())) {
                selected.add(input.name());
            } else if (!(input.type() instanceof ValueType.OptionalType)) {
                throw new TensorException("input '" + input.name() + "' (" + input.type() + ") is missing; given: "
                    + (given.isEmpty() ? "nothing" : String.join(", ", given)));
            }
        }
        var overridable = overridable(session).stream().map(ValueInfo::name).toList();
        for (var name : given) {
            if (overridable.contains(name)) {
                selected.add(name);
            } else if (!inputNames.contains(name)) {
                throw new TensorException("no input is named '" + name + "'; the model has "
                    + String.join(", ", inputNames));
            }
        }
        return selected;
    }

    /** What of {@code given} differs from the declared types; ORT's own message does not always name the input. */
    Optional<String> mismatch(Map<String, ? extends Value> given, MemorySegment session) {
        var infos = new ArrayList<>(inputs(session));
        infos.addAll(overridable(session));
        for (var input : infos) {
            if (input.type() instanceof ValueType.TensorType declared && given.get(input.name()) instanceof Tensor tensor
                && !declared.accepts(tensor.elementType(), tensor.shape())) {
                return Optional.of("input '" + input.name() + "' is " + declared + "; given: " + tensor);
            }
        }
        return Optional.empty();
    }

    /** {@code char*[]} of some of the outputs. */
    MemorySegment outputPointers(Arena arena, List<String> names) {
        for (var name : names) {
            if (!outputNames.contains(name)) {
                throw new TensorException("no output is named '" + name + "'; the model has "
                    + String.join(", ", outputNames));
            }
        }
        return Api.cStrings(arena, names);
    }
}
