package dev.gpux.pipeline;

import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.pipeline.image.Picture;
import dev.gpux.pipeline.image.Quad;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

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

    /**
     * Text that a model read off something.
     *
     * @param text what it read
     * @param score how sure it is, from 0 to 1
     */
    record Reading(String text, double score) implements Answer { }

    /** Things found in a picture, best first or in reading order. */
    record Boxes(List<Box> boxes) implements Answer {
        /** Keeps an immutable copy. */
        public Boxes {
            boxes = List.copyOf(boxes);
        }

        /**
         * One thing.
         *
         * @param label what it is: its class's name, or its number as text where the model has no names
         * @param index its class
         * @param score how sure the model is, from 0 to 1
         * @param corners where it is, in pixels of the picture that was given
         */
        public record Box(String label, int index, double score, Quad corners) { }
    }

    /** What another model says of each thing found in a picture. */
    record Parts(List<Part> parts) implements Answer {
        /** Keeps an immutable copy. */
        public Parts {
            parts = List.copyOf(parts);
        }

        /**
         * One thing.
         *
         * @param box where it is, and how sure the first model is of that
         * @param answers what the other model says of it, by output
         */
        public record Part(Boxes.Box box, SequencedMap<String, Answer> answers) {
            /** Keeps an immutable copy. */
            public Part {
                answers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(answers));
            }
        }
    }

    /** A picture that a step made, such as a mask. */
    record Image(Picture picture) implements Answer { }
}
