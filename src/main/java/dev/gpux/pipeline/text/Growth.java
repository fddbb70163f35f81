package dev.gpux.pipeline.text;

/** How scratch arrays grow, and where they stop. */
final class Growth {
    /** Far above every text that a model can take; a file whose rules blow up texts costs no more than this. */
    private static final int MAX_CAPACITY = 1 << 26;

    private Growth() {
    }

    /** A capacity of at least {@code needed}, at least doubled so that appending costs amortised constant time. */
    static int capacity(int current, long needed) {
        if (needed > MAX_CAPACITY) {
            throw new TokenizerException("the text is too long: it takes " + needed + " elements of scratch memory, the"
                    + " limit is " + MAX_CAPACITY + "; cut it into parts first");
        }
        return (int) Math.min(MAX_CAPACITY, Math.max(needed, 2L * current));
    }
}
