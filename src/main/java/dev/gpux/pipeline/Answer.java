package dev.gpux.pipeline;

import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import java.util.List;

/** What a pipeline gives for one output and one item of a batch. */
public sealed interface Answer {
    /** The numbers of a tensor, or a sequence or map of them. */
    record Numbers(Value value) implements Answer { }

    /** Text. */
    record Text(String text) implements Answer { }

    /** Classes with their scores, best first. */
    record Labels(List<Score> scores) implements Answer {
        /** Keeps an immutable copy. */
        public Labels {
            scores = List.copyOf(scores);
        }

        /**
         * One class.
         *
         * @param label its name, or its number as text where the model has no names
         * @param index its place in the model's output
         * @param score as the model or the step before gives it
         */
        public record Score(String label, int index, double score) { }
    }

    /**
     * How alike texts are.
     *
     * @param texts what was compared
     * @param scores float32[texts, texts], from -1 (opposite) to 1 (the same)
     */
    record Similarities(List<String> texts, Tensor scores) implements Answer {
        /** Keeps an immutable copy. */
        public Similarities {
            texts = List.copyOf(texts);
        }
    }

    /** Several answers of one kind, where one item has several rows. */
    record Many(List<Answer> answers) implements Answer {
        /** Keeps an immutable copy. */
        public Many {
            answers = List.copyOf(answers);
        }
    }
}
