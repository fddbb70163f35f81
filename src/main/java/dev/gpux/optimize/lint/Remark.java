package dev.gpux.optimize.lint;

/**
 * Something about a model that will hurt.
 *
 * @param rule a short name for this kind of thing, for machines: {@code dynamic-shape}, {@code float64}, …
 * @param place what it is about: {@code input x}, {@code 12 initialisers}
 * @param message what is so, what it costs, what to do
 */
public record Remark(String rule, String place, String message) {
    /** One line for people. */
    @Override
    public String toString() {
        return place + ": " + message;
    }
}
