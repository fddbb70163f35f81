package dev.gpux.bench;

/** Who calls ONNX Runtime. */
enum Caller {
    /** {@code floor.c}. */
    C("C"),
    /** {@link GpuxRuns}. */
    GPUX("GPUX"),
    /** {@link WrapperRuns}. */
    WRAPPER("official wrapper");

    private final String title;

    Caller(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    boolean has(Way way) {
        return this == C || way != Way.FIXED;
    }
}
