package dev.gpux.pipeline;

/** What a person gives for an input that a step reads. */
public enum InputKind {
    /** Words. */
    TEXT,
    /** A picture file. */
    IMAGE,
    /** A sound file. */
    AUDIO,
    /** Numbers. */
    NUMBERS
}
