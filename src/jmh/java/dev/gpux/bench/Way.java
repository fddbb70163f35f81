package dev.gpux.bench;

import java.util.Locale;

/** How a run gets its input and gives its output. Each is a benchmark method and a way of {@code floor.c}. */
enum Way {
    /** Input and output bound beforehand: {@code PreparedRun}, {@code RunWithBinding}, the wrapper's pinned outputs. */
    BOUND,
    /** The same input tensor each time; ORT allocates the output, which is read and released. */
    REUSED,
    /** As {@link #REUSED}, and the input is made of an array each time. */
    FRESH,
    /** The same input and output tensors, no binding; in C only. */
    FIXED;

    /** The name of the benchmark method. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
