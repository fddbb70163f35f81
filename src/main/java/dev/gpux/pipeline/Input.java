package dev.gpux.pipeline;

import dev.gpux.ort.Value;
import dev.gpux.pipeline.image.Picture;
import java.util.List;

/** What a person gives for one input of a GPUXfile. */
public sealed interface Input {
    /** Words. */
    record Text(String text) implements Input { }

    /**
     * A file's content, still encoded: a picture, a sound.
     *
     * @param bytes the content; not to be changed any more
     * @param name what messages call it, usually the file's name
     */
    record Encoded(byte[] bytes, String name) implements Input { }

    /** A picture that is decoded already, such as a part of another one. */
    record Decoded(Picture picture) implements Input { }

    /** Numbers for the model as they are. */
    record Numbers(Value value) implements Input { }

    /** Several of them for one input that takes a list: two texts to be compared. */
    record Several(List<Input> inputs) implements Input {
        /** Keeps an immutable copy. */
        public Several {
            inputs = List.copyOf(inputs);
        }
    }
}
