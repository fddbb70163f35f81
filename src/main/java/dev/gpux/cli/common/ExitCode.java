package dev.gpux.cli.common;

/** How a command ended. */
public enum ExitCode {
    /** Fine. */
    OK(0),
    /** It failed while running. */
    FAILED(1),
    /** The command line is wrong. */
    USAGE(2),
    /** The model, GPUXfile or input is invalid. */
    INVALID(3),
    /** A required provider cannot be had. */
    NO_PROVIDER(4),
    /** A check did not hold. */
    CHECK_FAILED(5),
    /** Ended by Ctrl-C. */
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** What the process exits with. */
    public int code() {
        return code;
    }
}
