package dev.gpux.gpuxfile;

import java.util.Optional;

/** One dimension of a tensor's shape. */
public sealed interface Dimension {
    /** A size that is known, 0 included. */
    record Fixed(long size) implements Dimension {
    }

    /** Any size, written as a name, {@code -1}, {@code "?"} or {@code null}; the same name stands for the same size. */
    record Free(Optional<String> name) implements Dimension {
    }
}
