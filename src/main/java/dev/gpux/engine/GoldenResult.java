package dev.gpux.engine;

import dev.gpux.gpuxfile.GoldenTest;
import java.util.List;

/**
 * How a golden test went.
 *
 * @param name the test's name, or its number
 * @param test what was tested
 * @param differences what is not as expected, a line each; none if the test passed
 * @param timing how long the run took
 */
public record GoldenResult(String name, GoldenTest test, List<String> differences, Timing timing) {
    /** Keeps an immutable copy. */
    public GoldenResult {
        differences = List.copyOf(differences);
    }

    /** Whether all is as expected. */
    public boolean passed() {
        return differences.isEmpty();
    }
}
