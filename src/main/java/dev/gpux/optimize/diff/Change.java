package dev.gpux.optimize.diff;

/**
 * Something that two models have, and have differently, or that one of them lacks.
 *
 * @param what its name: {@code ir version}, {@code input x}, {@code Conv 'conv1'}
 * @param before what the first model has; empty if nothing
 * @param after what the second has; empty if nothing
 */
public record Change(String what, String before, String after) {
    /** Only the second model has it. */
    public boolean isAddition() {
        return before.isEmpty();
    }

    /** Only the first model has it. */
    public boolean isRemoval() {
        return after.isEmpty();
    }
}
