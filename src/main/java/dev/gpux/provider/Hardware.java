package dev.gpux.provider;

/** What an execution provider runs on. */
public enum Hardware {
    /** The processor; also libraries that make it faster. */
    CPU,
    /** A graphics processor. */
    GPU,
    /** A neural processor. */
    NPU,
    /** Whichever of the machine's devices the provider's own library chooses. */
    SEVERAL;

    /** Whether a provider on this meets the wish for a GPU. */
    public boolean mayBeGpu() {
        return this == GPU || this == SEVERAL;
    }
}
