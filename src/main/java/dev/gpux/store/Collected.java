package dev.gpux.store;

/**
 * What a removal freed.
 *
 * @param bundles how many bundles are gone
 * @param bytes the bytes of all contents and unfinished files that are gone
 * @param inUse how many bundles have no name any more but stay, since a process uses them; the next removal after its end
 *     frees them
 */
public record Collected(int bundles, long bytes, int inUse) {
    static final Collected NOTHING = new Collected(0, 0, 0);
}
