package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
    private final FixedOutputs fixed;

    /** How a run's inputs and outputs are named: as Java's strings, and as C's. */
    private record Names(List<String> inputs, MemorySegment inputPointers, List<String> outputs,
                         MemorySegment outputPointers) { }

    private final Names all;

    /**
     * @param pinned what every run must hold besides its inputs
     * @param cpuOnly whether every output lies in the CPU's memory as the model computes it
     */
    RunCall(Api api, MemorySegment session, SessionSignature signature, HeldMemory pinned, boolean cpuOnly) {
        this.api = api;
        this.function = api.pointer(ApiFunction.RUN);
        this.session = session;
        this.signature = signature;
        this.pinned = pinned;
        this.fixed = new FixedOutputs(signature, session, cpuOnly && !signature.passesThrough());
        this.all = new Names(signature.inputNames(), signature.inputNamePointers(), signature.outputNames(),
            signature.outputNamePointers());
    }

    /**
     * Runs.
     *
     * @param into the arena that the results shall live in
     * @param held whether it is the caller's, to be kept open meanwhile; else it is the results' own
     * @param options NULL for none
     */
    Outputs run(Arena into, boolean held, Map<String, ? extends Value> inputs, List<String> outputs,
                MemorySegment options) {
        if (outputs == all.outputs && isAll(inputs)) {
            var known = fixed.outputs();
            if (!known.isEmpty() && !held && options == NULL) {
                return runKnowing(known, into, inputs);
            }
            var results = run(into, held, inputs, all, options, signature.passesThrough() ? inputs : Map.of(),
                List.of());
            fixed.watch(results);
            return results;
        }
        try (var arena = Arena.ofConfined()) {
            var given = withoutEmpty(inputs);
            var selected = signature.select(given.keySet(), session);
            var names = new Names(selected, Api.cStrings(arena, selected), outputs,
                signature.outputPointers(arena, outputs));
            return run(into, held, given, names, options, given, List.of());
        }
    }

    private Outputs runKnowing(List<FixedOutputs.Known> known, Arena into, Map<String, ? extends Value> inputs) {
        try {
            return run(into, false, inputs, all, NULL, Map.of(), known);
        } catch (OrtException e) {
            // Mostly the inputs' fault, which a second run would only find again. That an output's shape was not fixed,
            // ORT says under one code or another, depending on its version, but it speaks of the shape.
            if (!e.getMessage().toLowerCase(Locale.ROOT).contains("shape")) {
                throw e;
            }
            var results = run(into, false, inputs, all, NULL, Map.of(), List.of());
            fixed.distrust();
            return results;
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

    /**
     * @param passed inputs that may be outputs, too
     * @param known what is known of the outputs; where it is not empty, no output can be a view of an input
     */
    private Outputs run(Arena into, boolean held, Map<String, ? extends Value> inputs, Names names,
                        MemorySegment options, Map<String, ? extends Value> passed, List<FixedOutputs.Known> known) {
        int in = names.inputs.size();
        int out = names.outputs.size();
        var frame = CallFrame.take(RESULTS + (out + 2L * in + 1) * POINTER);
        var memory = frame.memory();
        // OrtValues for this run alone; NULL ends them.
        long temporary = RESULTS + (out + in) * POINTER;
        memory.set(JAVA_LONG, temporary, 0);
        var copies = SpareTensor.NONE;
        var spares = SpareTensor.NONE;
        boolean done = false;
        try {
            copies = putInputs(inputs, names, memory, !known.isEmpty());
            spares = putOutputs(out, known, memory);
            api.check(call(into, held, inputs, names, options, frame));
            var results = new Outputs(into, names.outputs, take(into, memory, names.outputs, passed, spares), spares);
            done = true;
            return results;
        } finally {
            for (long at = temporary; memory.get(JAVA_LONG, at) != 0; at += POINTER) {
                api.releaseValue(memory.get(JAVA_LONG, at));
            }
            copies.giveAllBack();
            if (!done) {
                spares.giveAllBack();
            }
            frame.giveBack();
        }
    }

    /**
     * Puts pointers to the inputs into a frame's memory, behind the results, and those that are for this run alone behind
     * them.
     *
     * @param copy whether small inputs may be copied
     * @return the copies
     */
    private SpareTensor putInputs(Map<String, ? extends Value> inputs, Names names, MemorySegment memory,
                                  boolean copy) {
        int in = names.inputs.size();
        long argument = RESULTS + names.outputs.size() * POINTER;
        long temporary = argument + in * POINTER;
        var copies = SpareTensor.NONE;
        try {
            for (int i = 0; i < in; i++, argument += POINTER) {
                var value = inputs.get(names.inputs.get(i));
                if (!(value instanceof Tensor tensor)) {
                    memory.set(JAVA_LONG, argument, value.handle().address());
                    continue;
                }
                var spare = copy ? tensor.copyForOneRun(api, memory) : SpareTensor.NONE;
                if (spare != SpareTensor.NONE) {
                    copies = spare.before(copies);
                    memory.set(JAVA_LONG, argument, spare.pointer());
                    continue;
                }
                long pointer = tensor.lend(api, memory);
                memory.set(JAVA_LONG, argument, pointer);
                if (tensor.isTemporary(pointer)) {
                    memory.set(JAVA_LONG, temporary, pointer);
                    temporary += POINTER;
                    memory.set(JAVA_LONG, temporary, 0);
                }
            }
            return copies;
        } catch (RuntimeException | Error e) {
            copies.giveAllBack();
            throw e;
        }
    }

    /** Puts a pointer for each output into a frame's memory: to one of the spare tensors that it gives, or NULL. */
    private SpareTensor putOutputs(int out, List<FixedOutputs.Known> known, MemorySegment memory) {
        var spares = SpareTensor.NONE;
        for (int i = 0; i < out; i++) {
            // NULL makes ORT allocate.
            long pointer = 0;
            if (!known.isEmpty() && known.get(i) != FixedOutputs.Known.OPEN) {
                var spare = SpareTensor.take(api, known.get(i).elementType(), known.get(i).shape(), memory);
                if (spare != SpareTensor.NONE) {
                    spares = spare.before(spares);
                    pointer = spare.pointer();
                }
            }
            memory.set(JAVA_LONG, RESULTS + i * POINTER, pointer);
        }
        return spares;
    }

    private long call(Arena into, boolean hold, Map<String, ? extends Value> inputs, Names names,
                      MemorySegment options, CallFrame frame) {
        int in = names.inputs.size();
        int out = names.outputs.size();
        long results = frame.memory().address() + RESULTS;
        long arguments = results + out * POINTER;
        if (in > 0 && !hold && options == NULL && pinned.isEmpty()
            && inputs.get(names.inputs.getFirst()) instanceof Tensor first && areIn(first.arena(), inputs, names)) {
            return Downcall.run(function, session, names.inputPointers.address(), arguments, in,
                names.outputPointers.address(), out, results, first.arena());
        }
        var held = frame.held();
        held.holdAll(pinned);
        if (hold) {
            held.hold(into);
        }
        for (int i = 0; i < in; i++) {
            held.hold(inputs.get(names.inputs.get(i)));
        }
        return held.run(function, session, options, names.inputPointers, arguments, in, names.outputPointers, out,
            results);
    }

    /** Whether all inputs are tensors of this arena and of no other memory. */
    private static boolean areIn(Arena arena, Map<String, ? extends Value> inputs, Names names) {
        for (int i = 0; i < names.inputs.size(); i++) {
            if (!(inputs.get(names.inputs.get(i)) instanceof Tensor tensor) || tensor.arena() != arena
                || tensor.isWrapped()) {
                return false;
            }
        }
        return true;
    }

    /**
     * @param passed inputs that may be outputs, too: ORT gives such an output as a view of the input's memory, whose end
     *     it does not outlive, so it is copied
     * @param spares where the run has put some of them
     */
    private Value[] take(Arena into, MemorySegment memory, List<String> names, Map<String, ? extends Value> passed,
                         SpareTensor spares) {
        int count = names.size();
        var values = new Value[count];
        int done = 0;
        try {
            for (; done < count; done++) {
                long pointer = memory.get(JAVA_LONG, RESULTS + done * POINTER);
                var spare = spares.find(pointer);
                if (spare != SpareTensor.NONE) {
                    values[done] = spare.tensor(into);
                    continue;
                }
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
                long pointer = memory.get(JAVA_LONG, RESULTS + i * POINTER);
                if (spares.find(pointer) == SpareTensor.NONE) {
                    api.releaseValue(pointer);
                }
            }
            throw e;
        }
    }
}
