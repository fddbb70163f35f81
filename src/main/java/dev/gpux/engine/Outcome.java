package dev.gpux.engine;

import dev.gpux.pipeline.Answer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What a run gave for one item.
 *
 * @param answers output → answer, in the order of the model's outputs and the steps; their tensors live in the run's
 *     arena
 */
public record Outcome(SequencedMap<String, Answer> answers) {
    /** Keeps an immutable copy. */
    public Outcome {
        answers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(answers));
    }
}
