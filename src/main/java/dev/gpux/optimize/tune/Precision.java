package dev.gpux.optimize.tune;

import java.util.Locale;

/** With which numbers a model computes. */
public enum Precision {
    /** Those of its file. */
    ORIGINAL,
    /** Weights int8, activations in the range that each run finds. */
    INT8,
    /** float16, inputs and outputs as they were. */
    FP16;

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
