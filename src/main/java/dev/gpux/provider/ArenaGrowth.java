package dev.gpux.provider;

/** How a provider's device arena grows when it is full ({@code arena_extend_strategy}). */
public enum ArenaGrowth {
    /** To the next power of two: few growths, up to twice the memory; ORT's default. */
    NEXT_POWER_OF_TWO("kNextPowerOfTwo"),
    /** By what is asked for: no more memory than needed, more growths. */
    AS_REQUESTED("kSameAsRequested");

    static final String[] WORDS = {NEXT_POWER_OF_TWO.word, AS_REQUESTED.word};

    private final String word;

    ArenaGrowth(String word) {
        this.word = word;
    }

    /** ORT's word for it. */
    @Override
    public String toString() {
        return word;
    }
}
