package dev.gpux.engine.recorded;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.Session;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Runs a session on one thread, with a recorded run for each of the shapes that come again. ORT keeps a graph that was
 * recorded until the session ends; so there are at most {@value #MOST}, and none makes room for another. What they take
 * of the device's memory counts against the provider's limit. Belongs to the thread that made it.
 */
public final class RecordedRuns implements AutoCloseable {
    /** Recorded runs at a time. */
    static final int MOST = 32;
    /** Shapes that are remembered for having come once. */
    private static final int MOST_SEEN = 256;

    private final Session session;
    private final Recorder recorder;
    private final List<String> names;
    private final Map<List<Kind>, RecordedRun> recorded = new HashMap<>();
    /** Those that came once, the oldest first. */
    private final LinkedHashMap<List<Kind>, Boolean> seen = new LinkedHashMap<>();

    /** What a recording is for, of one input: one of another type is for a plain run to refuse. */
    private record Kind(ElementType type, Shape shape) {
        static Kind of(Tensor tensor) {
            return new Kind(tensor.elementType(), tensor.shape());
        }
    }

    /** @param names of all the model's inputs */
    RecordedRuns(Session session, Recorder recorder, List<String> names) {
        this.session = session;
        this.recorder = recorder;
        this.names = names;
    }

    /**
     * Runs the model on {@code inputs}; all its outputs live in {@code arena}.
     *
     * @param options of a plain run: a replay is over before anybody could end it
     * @throws dev.gpux.ort.OrtException if the model fails
     */
    public SequencedMap<String, Value> run(Arena arena, Map<String, ? extends Value> inputs, RunOptions options) {
        var tensors = tensors(inputs);
        if (tensors.isEmpty()) {
            return session.run(arena, inputs, options);
        }
        var kinds = tensors.values().stream().map(Kind::of).toList();
        var run = recorded.get(kinds);
        if (run != null) {
            run.put(tensors);
            run.run();
            return run.take(arena);
        }
        var answers = session.run(arena, inputs, options);
        if (recorder.isOn() && recorded.size() < MOST && cameBefore(kinds)) {
            recorder.record(tensors, answers).ifPresent(made -> recorded.put(kinds, made));
        }
        return answers;
    }

    /** The inputs in the model's order; empty if there are others, or one is no tensor. */
    private SequencedMap<String, Tensor> tensors(Map<String, ? extends Value> inputs) {
        var tensors = new LinkedHashMap<String, Tensor>();
        for (var name : names) {
            if (inputs.get(name) instanceof Tensor tensor) {
                tensors.put(name, tensor);
            }
        }
        return tensors.size() == inputs.size() && tensors.size() == names.size() ? tensors : new LinkedHashMap<>();
    }

    private boolean cameBefore(List<Kind> kinds) {
        if (seen.remove(kinds) != null) {
            return true;
        }
        seen.put(kinds, true);
        if (seen.size() > MOST_SEEN) {
            seen.pollFirstEntry();
        }
        return false;
    }

    /** How many shapes are recorded. */
    int count() {
        return recorded.size();
    }

    @Override
    public void close() {
        new ArrayList<>(recorded.values()).forEach(RecordedRun::close);
        recorded.clear();
    }
}
