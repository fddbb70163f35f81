package dev.gpux.ort;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * An output of an optional type that holds nothing; one that holds something is that value itself, as ORT has it.
 */
public record OptionalValue() implements Value {
    /** The optional without a value. */
    public static final OptionalValue EMPTY = new OptionalValue();

    /** {@link MemorySegment#NULL}: there is no object. */
    @Override
    public MemorySegment handle() {
        return MemorySegment.NULL;
    }

    /** {@code value}, or nothing if it is an optional without one. */
    public static Optional<Value> unwrap(Value value) {
        return value instanceof OptionalValue ? Optional.empty() : Optional.of(value);
    }
}
