package dev.gpux.pipeline.text;

/** An end of a row of tokens: where padding is added, or where tokens are cut off. */
public enum Side {
    /** The beginning of the row. */
    LEFT,
    /** The end of the row. */
    RIGHT
}
