package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code OrtApi::Run} of one session, with values by name. Thread-safe. */
final class RunCall {
    /** Where the results are in a frame's memory, the inputs behind them; before them is scratch for values. */
    private static final long RESULTS = Values.SCRATCH;
    private static final long POINTER = ADDRESS.byteSize();

    private final Api api;
    private final MemorySegment function;
    private final MemorySegment session;
    private final SessionSignature signature;
    private final HeldMemory pinned;

    /** How a run's inputs and outputs are named: as Java's strings, and as C's. */
    private record Names(List<String> inputs, MemorySegment inputPointers, List<String> outputs,
                         MemorySegment outputPointers) { }

    private final Names all;

    /** @param pinned what every run must hold besides its inputs */
    RunCall(Api api, MemorySegment session, SessionSignature signature, HeldMemory pinned) {
        this.api = api;
        this.function = api.pointer(ApiFunction.RUN);
        this.session = session;
        this.signature = signature;
        this.pinned = pinned;
        this.all = new Names(signature.inputNames(), signature.inputNamePointers(), signature.outputNames(),
            signature.outputNamePointers());
    }

    /**
     * Runs.
     *
     * @param into the arena that the results shall live in; the tensors among them are the caller's to release
     *     ({@link Values#take})
     * @param held whether to keep it open meanwhile
     */
    Value[] run(Arena into, boolean held, Map<String, ? extends Value> inputs, List<String> outputs,
                MemorySegment options) {
        if (outputs == all.outputs && isAll(inputs)) {
            return run(into, held, inputs, all, options, signature.passesThrough() ? inputs : Map.of());
        }
        try (var arena = Arena.ofConfined()) {
            var given = withoutEmpty(inputs);
            var selected = signature.select(given.keySet(), session);
            var names = new Names(selected, Api.cStrings(arena, selected), outputs,
                signature.outputPointers(arena, outputs));
            return run(into, held, given, names, options, given);
        }
    }

    private boolean isAll(Map<String, ? extends Value> inputs) {
        if (inputs.size() != all.inputs.size()) {
            return false;
        }
        for (int i = 0; i < all.inputs.size(); i++) {
            var value = inputs.get(all.inputs.get(i));
            if (value == null || value instanceof OptionalValue) {
                return false;
            }
        }
        return true;
    }

    /** ORT knows no value that stands for none: an input that has none is left out. */
    private static Map<String, Value> withoutEmpty(Map<String, ? extends Value> inputs) {
        var given = new LinkedHashMap<String, Value>(inputs);
        given.values().removeIf(value -> value instanceof OptionalValue);
        return given;
    }

    /** @param passed inputs that may be outputs, too */
    private Value[] run(Arena into, boolean hold, Map<String, ? extends Value> inputs, Names names,
                        MemorySegment options, Map<String, ? extends Value> passed) {
        int in = names.inputs.size();
        int out = names.outputs.size();
        var frame = CallFrame.take(RESULTS + (out + 2L * in) * POINTER);
        var memory = frame.memory();
        long arguments = RESULTS + out * POINTER;
        long temporary = arguments + in * POINTER;
        long end = temporary;
        try {
            for (int i = 0; i < out; i++) {
                // NULL makes ORT allocate.
                memory.set(JAVA_LONG, RESULTS + i * POINTER, 0);
            }
            var held = frame.held();
            held.holdAll(pinned);
            if (hold) {
                held.hold(into);
            }
            for (int i = 0; i < in; i++) {
                var value = inputs.get(names.inputs.get(i));
                held.hold(value);
                long pointer = value instanceof Tensor tensor ? tensor.lend(api, memory) : value.handle().address();
                memory.set(JAVA_LONG, arguments + i * POINTER, pointer);
                if (value instanceof Tensor tensor && tensor.isTemporary(pointer)) {
                    memory.set(JAVA_LONG, end, pointer);
                    end += POINTER;
                }
            }
            api.check(held.run(function, session, options, names.inputPointers, memory.address() + arguments, in,
                names.outputPointers, out, memory.address() + RESULTS));
            return take(into, memory, names.outputs, passed);
        } finally {
            for (long at = temporary; at < end; at += POINTER) {
                api.releaseValue(memory.get(JAVA_LONG, at));
            }
            frame.giveBack();
        }
    }

    /**
     * @param passed inputs that may be outputs, too: ORT gives such an output as a view of the input's memory, whose end
     *     it does not outlive, so it is copied
     */
    private Value[] take(Arena into, MemorySegment memory, List<String> names, Map<String, ? extends Value> passed) {
        int count = names.size();
        var values = new Value[count];
        int done = 0;
        try {
            for (; done < count; done++) {
                long pointer = memory.get(JAVA_LONG, RESULTS + done * POINTER);
                var input = passed.get(names.get(done));
                if (input == null) {
                    values[done] = Values.take(api, into, pointer, memory);
                } else {
                    api.releaseValue(pointer);
                    values[done] = Values.copy(into, input);
                }
            }
            return values;
        } catch (RuntimeException | Error e) {
            Values.releaseTensors(api, values);
            // What was not taken yet has no other owner.
            for (int i = done + 1; i < count; i++) {
                api.releaseValue(memory.get(JAVA_LONG, RESULTS + i * POINTER));
            }
            throw e;
        }
    }
}
