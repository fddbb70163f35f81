package dev.gpux.gpuxfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects problems, so that reading goes on after the first one. Whoever reads values of a GPUXfile (this package, and
 * the pipeline's steps with their parameters) adds what is wrong and calls {@link #throwIfAny()} at the end.
 * Not thread-safe.
 */
public final class Problems {
    private static final int MAX_KEPT = 50;

    private final List<Problem> kept = new ArrayList<>();
    private final Set<Location> settled = new HashSet<>();
    private int more;

    /** Adds a problem whose message says it all. */
    public void add(Location place, String message) {
        add(place, message, "");
    }

    /** Adds a problem and what to do about it. */
    public void add(Location place, String message, String hint) {
        var problem = new Problem(place, message, hint);
        // What an anchor names is read once for each alias, but is wrong only once.
        if (settled.contains(place) || kept.contains(problem)) {
            return;
        }
        if (full()) {
            more++;
        } else {
            kept.add(problem);
        }
    }

    /**
     * Adds "{@code path}: expected {@code expected}, found {@code found}".
     *
     * @param path     where in the GPUXfile, as {@code runtime.threads.intra}
     * @param expected what would be right, as {@code "a whole number from 1 to 32"}
     */
    public void expected(String path, String expected, Value found) {
        expected(path, expected, found, "");
    }

    /** As {@link #expected(String, String, Value)}, with what to do about it. */
    public void expected(String path, String expected, Value found, String hint) {
        add(found.location(), path + ": expected " + expected + ", found " + found.describe(), hint);
    }

    /** Whether nothing is wrong so far. */
    public boolean isEmpty() {
        return kept.isEmpty();
    }

    /** Whether so much is wrong that further problems are only counted. */
    boolean full() {
        return kept.size() >= MAX_KEPT;
    }

    /** The value here is wrong and that has been said: what follows from it would only confuse. */
    void settle(Location place) {
        settled.add(place);
    }

    /**
     * Ends the collecting.
     *
     * @throws GpuxfileException with all problems in the order of the file, if there is one
     */
    public void throwIfAny() {
        if (!kept.isEmpty()) {
            kept.sort(Comparator.comparing(Problem::location));
            throw new GpuxfileException(kept, more);
        }
    }
}
