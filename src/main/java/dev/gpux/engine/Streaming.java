package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.Session;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.PipelineException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Runs a model chunk by chunk and carries its state from run to run ({@code state:} of the GPUXfile): zeros into the first,
 * then what the model gave. What belongs to one chunk is freed with it, so that a long stream costs no more memory than its
 * outputs.
 */
final class Streaming {
    private final Session session;
    private final List<State> states;

    /** @param zeros the shape of the first value */
    private record State(String input, String output, ElementType type, Shape zeros) { }

    /** @throws ModelException if the state that the GPUXfile names is none of the model's */
    Streaming(Gpuxfile gpuxfile, Session session, ModelSignature model) {
        this.session = session;
        this.states = gpuxfile.state().entrySet().stream()
            .map(entry -> state(gpuxfile, model, entry.getKey(), entry.getValue())).toList();
    }

    private static State state(Gpuxfile gpuxfile, ModelSignature model, String input, String output) {
        var where = gpuxfile.source() + ": state: ";
        var in = model.input(input).orElseThrow(() -> new ModelException(where + "the model has no input '" + input
            + "' that is a tensor; it has " + model.describeInputs()));
        var out = model.output(output).orElseThrow(() -> new ModelException(where + "the model has no output '" + output
            + "' that is a tensor; it has " + model.describeOutputs()));
        if (in.elementType() != out.elementType()) {
            throw new ModelException(where + "the output '" + output + "' is " + out + ", and the input '" + input
                + "' that it goes into is " + in);
        }
        return new State(input, output, in.elementType(), zeros(gpuxfile, where, input, in));
    }

    /** Sizes that neither the model nor the GPUXfile gives are 1. */
    private static Shape zeros(Gpuxfile gpuxfile, String where, String input, TensorType type) {
        var declared = Optional.ofNullable(gpuxfile.inputs().get(input)).flatMap(InputTypes::of)
            .map(TensorType::dimensions).filter(dimensions -> !dimensions.isEmpty()).orElse(type.dimensions());
        if (declared.size() != type.dimensions().size()) {
            throw new ModelException(where + "inputs." + input + ".shape has " + declared.size() + " sizes, and the model's "
                + "input is " + type);
        }
        return Shape.of(declared.stream().mapToLong(dimension -> dimension.isFixed() ? dimension.size() : 1).toArray());
    }

    /** Whether a batch is more than one plain run. */
    boolean concerns(Batch batch) {
        return !states.isEmpty() || !batch.chunks().isEmpty();
    }

    /** Whether the model's input gets what the model gave before. */
    boolean isState(String input) {
        for (var state : states) {
            if (state.input().equals(input)) {
                return true;
            }
        }
        return false;
    }

    /** What the first run reads. */
    SequencedMap<String, Value> first(Batch batch) {
        return inputs(batch, batch.arena(), 0, zeros(batch.arena()));
    }

    /** Runs all chunks of an item; the outputs but the state go to the batch. */
    void run(Batch batch, RunOptions options) {
        int count = count(batch);
        var collected = new LinkedHashMap<String, List<Tensor>>();
        var state = zeros(batch.arena());
        for (int chunk = 0; chunk < count; chunk++) {
            try (var arena = Arena.ofConfined()) {
                var outputs = session.run(arena, inputs(batch, arena, chunk, state), options);
                for (var output : outputs.entrySet()) {
                    if (!(output.getValue() instanceof Tensor tensor) || tensor.elementType() == ElementType.STRING) {
                        throw new PipelineException("output '" + output.getKey() + "' is no tensor of numbers and cannot be "
                            + "put together from several runs");
                    }
                    if (isStateOutput(output.getKey())) {
                        carry(batch, state, output.getKey(), tensor);
                    } else {
                        collected.computeIfAbsent(output.getKey(), _ -> new ArrayList<>()).add(copy(batch.arena(), tensor));
                    }
                }
            }
        }
        boolean chunked = !batch.chunks().isEmpty();
        collected.forEach((name, parts) ->
            batch.output(name, chunked ? Stacking.concatenate(batch.arena(), name, parts) : parts.getFirst()));
    }

    private static int count(Batch batch) {
        int count = 1;
        var first = "";
        for (var entry : batch.chunks().entrySet()) {
            int chunks = entry.getValue().count(batch.modelInput(entry.getKey()));
            if (chunks == 0) {
                throw new PipelineException("input '" + entry.getKey() + "' has not even one chunk: it is "
                    + batch.modelInput(entry.getKey()));
            }
            if (!first.isEmpty() && chunks != count) {
                throw new PipelineException("the inputs '" + first + "' and '" + entry.getKey() + "' have " + count
                    + " and " + chunks + " chunks");
            }
            count = chunks;
            first = entry.getKey();
        }
        return count;
    }

    private SequencedMap<String, Value> inputs(Batch batch, Arena arena, int chunk, Map<String, Tensor> state) {
        var inputs = new LinkedHashMap<>(batch.modelInputs());
        batch.chunks().forEach((name, chunks) ->
            inputs.put(name, chunks.chunk(arena, batch.modelInput(name), chunk)));
        inputs.putAll(state);
        return inputs;
    }

    private Map<String, Tensor> zeros(Arena arena) {
        var zeros = new LinkedHashMap<String, Tensor>();
        states.forEach(state -> zeros.put(state.input(), Tensor.allocate(arena, state.type(), state.zeros())));
        return zeros;
    }

    private boolean isStateOutput(String output) {
        return states.stream().anyMatch(state -> state.output().equals(output));
    }

    /** A state of the same shape goes where the one before was: a long stream does not grow. */
    private void carry(Batch batch, Map<String, Tensor> state, String output, Tensor value) {
        for (var each : states) {
            if (each.output().equals(output)) {
                if (state.get(each.input()).shape().equals(value.shape())) {
                    state.get(each.input()).segment().copyFrom(value.segment());
                } else {
                    state.put(each.input(), copy(batch.arena(), value));
                }
            }
        }
    }

    private static Tensor copy(Arena arena, Tensor tensor) {
        return Tensor.copyOf(arena, tensor.elementType(), tensor.segment(), tensor.shape().toArray());
    }
}
