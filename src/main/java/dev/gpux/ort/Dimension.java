package dev.gpux.ort;

import java.util.Optional;

/**
 * One dimension of a declared shape: a number of elements, or a dimension that each run decides, which may have a name.
 *
 * @param size the number of elements, or -1 where each run decides
 * @param symbol the name of a free dimension ({@code batch_size}), if the model gives one
 */
public record Dimension(long size, Optional<String> symbol) {
    /** A dimension without a name whose size each run decides. */
    public static final Dimension UNKNOWN = new Dimension(-1, Optional.empty());

    /** A dimension of {@code size} elements. */
    public static Dimension fixed(long size) {
        return new Dimension(size, Optional.empty());
    }

    /** A free dimension with a name; dimensions of one name have one size in one run. */
    public static Dimension symbolic(String symbol) {
        return new Dimension(-1, Optional.of(symbol));
    }

    /** Whether the model declares the size. */
    public boolean isFixed() {
        return size >= 0;
    }

    /** The size, the name, or {@code ?}. */
    @Override
    public String toString() {
        return isFixed() ? Long.toString(size) : symbol.orElse("?");
    }
}
