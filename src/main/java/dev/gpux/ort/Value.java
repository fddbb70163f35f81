package dev.gpux.ort;

import java.lang.foreign.MemorySegment;

/**
 * Something that goes into or comes out of a model ({@code OrtValue}).
 *
 * <p>A value lives as long as the {@link java.lang.foreign.Arena} it was made in, and is as thread-safe as that arena:
 * one from a confined arena belongs to its thread, one from a shared or automatic arena to all. Use after the arena was
 * closed is an exception.
 */
public sealed interface Value permits Tensor, SequenceValue, MapValue, OptionalValue {
    /** The {@code OrtValue*}; {@link MemorySegment#NULL} for an optional without a value. Owned by the value's arena. */
    MemorySegment handle();
}
