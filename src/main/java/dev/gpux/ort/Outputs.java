package dev.gpux.ort;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The outputs of one run, read where ORT left them. They live until {@link #close()}; like a confined
 * {@link Arena}, they belong to the thread that ran the model. To keep outputs longer, or to hand them to other threads,
 * run with an arena of your own: {@link Session#run(Arena, Map)}.
 */
public final class Outputs implements AutoCloseable {
    private final Arena arena;
    private final List<String> names;
    private final Value[] values;
    private final SpareTensor spares;

    /**
     * Takes over the tensors among {@code values}; values of other kinds belong to {@code arena}.
     *
     * @param spares whose memory some of the tensors are
     */
    Outputs(Arena arena, List<String> names, Value[] values, SpareTensor spares) {
        this.arena = arena;
        this.names = names;
        this.values = values;
        this.spares = spares;
    }

    /** Ties all of it to the arena, which is the caller's: nobody closes this. */
    SequencedMap<String, Value> leaveToArena() {
        Values.own(Environment.get().gate(), arena, values);
        return asMap();
    }

    /** The names, in the order in which they were asked for. */
    public List<String> names() {
        return names;
    }

    /**
     * The output with this name.
     *
     * @throws TensorException if there is none
     */
    public Value get(String name) {
        for (int i = 0; i < values.length; i++) {
            if (names.get(i).equals(name)) {
                return values[i];
            }
        }
        throw new TensorException("no output is named '" + name + "'; this run gave " + String.join(", ", names));
    }

    /** The {@code index}th output. */
    public Value get(int index) {
        return values[index];
    }

    /**
     * The output with this name, which must be a tensor.
     *
     * @throws TensorException if there is none, or it is of another kind
     */
    public Tensor tensor(String name) {
        return asTensor(get(name), name);
    }

    /** The {@code index}th output, which must be a tensor. */
    public Tensor tensor(int index) {
        return asTensor(values[index], names.get(index));
    }

    private static Tensor asTensor(Value value, String name) {
        if (value instanceof Tensor tensor) {
            return tensor;
        }
        throw new TensorException("output '" + name + "' is not a tensor but a "
            + value.getClass().getSimpleName().replace("Value", "").toLowerCase(Locale.ROOT));
    }

    /** All outputs by name, in the order in which they were asked for. */
    public SequencedMap<String, Value> asMap() {
        var map = new LinkedHashMap<String, Value>();
        for (int i = 0; i < values.length; i++) {
            map.put(names.get(i), values[i]);
        }
        return map;
    }

    /** Frees the outputs; their segments cannot be read any more. A second call does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            // First: where the arena refuses, since a call uses an output or it is another thread's, nothing is freed.
            arena.close();
            Leaks.closed(this);
            Values.releaseTensors(Environment.get().gate(), values);
            spares.giveAllBack();
        }
    }
}
