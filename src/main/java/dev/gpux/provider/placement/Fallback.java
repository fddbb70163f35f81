package dev.gpux.provider.placement;

/**
 * Operators of one type that run on the CPU although other providers were asked first.
 *
 * @param operator the operator's type
 * @param nodes how many nodes of the model
 * @param reason why, as far as ORT says; empty if it does not
 */
public record Fallback(String operator, int nodes, String reason) {
    /** {@code Cast ×3}. */
    @Override
    public String toString() {
        return nodes == 1 ? operator : operator + " ×" + nodes;
    }
}
