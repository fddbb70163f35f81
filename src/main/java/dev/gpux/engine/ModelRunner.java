package dev.gpux.engine;

import dev.gpux.engine.recorded.RecordedRuns;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.Value;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Runs a model for one thread, which made it and closes it before the model: recorded runs belong to a thread. The
 * answers are those of {@link Model#run}. Free where nothing is recorded.
 */
public final class ModelRunner implements AutoCloseable {
    private final Model model;
    private final Optional<RecordedRuns> recorded;

    ModelRunner(Model model, Optional<RecordedRuns> recorded) {
        this.model = model;
        this.recorded = recorded;
    }

    /** As {@link Model#run(Arena, List)}. */
    public BatchResult run(Arena arena, List<Map<String, Input>> items) {
        return run(arena, items, model.runOptions());
    }

    /** As {@link Model#run(Arena, List, RunOptions)}; what is replayed is over before anybody could end it. */
    public BatchResult run(Arena arena, List<Map<String, Input>> items, RunOptions options) {
        return model.run(arena, items, options, this::runSession);
    }

    /** The session alone, on what the model reads; its outputs live in {@code arena}. */
    public SequencedMap<String, Value> runSession(Arena arena, Map<String, ? extends Value> inputs,
                                                  RunOptions options) {
        return recorded.isPresent() ? recorded.get().run(arena, inputs, options)
            : model.session().run(arena, inputs, options);
    }

    @Override
    public void close() {
        recorded.ifPresent(RecordedRuns::close);
    }
}
