package dev.gpux.pipeline.text;

import java.util.Objects;

/**
 * How rows longer than a limit are cut ({@code truncation} of a {@code tokenizer.json}). The overlapping rest that
 * {@code stride} describes is not produced: one text is one row. Texts beyond the limit are not worked out to their end
 * when they are cut there.
 *
 * @param maxLength the most tokens of a row, special tokens included
 * @param strategy which text of a pair loses tokens
 * @param side the end at which tokens are cut off
 */
public record Truncation(int maxLength, Strategy strategy, Side side) {

    /** Which text of a pair loses tokens. */
    public enum Strategy {
        /** The longer one, until both are equally long; then both. */
        LONGEST_FIRST,
        /** The first one only; an error if that is not enough. */
        ONLY_FIRST,
        /** The second one only; an error if there is none or if that is not enough. */
        ONLY_SECOND
    }

    /** @throws TokenizerException if {@code maxLength} is negative */
    public Truncation {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(side, "side");
        if (maxLength < 0) {
            throw new TokenizerException("truncation: max_length is " + maxLength + ", expected 0 or more");
        }
    }

    /** Cuts the longer text of a pair first, at the end. */
    public static Truncation longestFirst(int maxLength) {
        return new Truncation(maxLength, Strategy.LONGEST_FIRST, Side.RIGHT);
    }

    /**
     * Shortens both texts so that they and {@code special} more tokens fit.
     *
     * @param special number of tokens that the template adds
     * @param pair whether there is a second text; {@code second} is empty if not
     */
    void apply(Ints first, Ints second, int special, boolean pair) {
        int budget = maxLength - special;
        if (budget < 0) {
            throw new TokenizerException("truncation: max_length is " + maxLength
                    + ", but the special tokens alone are " + special + "; expected at least that many");
        }
        int excess = first.size() + second.size() - budget;
        if (excess <= 0) {
            return;
        }
        if (budget == 0) {
            first.clear();
            second.clear();
            return;
        }
        switch (strategy) {
            case LONGEST_FIRST -> cutLongest(first, second, budget, pair);
            case ONLY_FIRST -> cutOnly(first, excess, "first");
            case ONLY_SECOND -> {
                if (!pair) {
                    throw new TokenizerException("truncation: only_second needs a second text, but there is one text"
                            + " of " + first.size() + " tokens for a limit of " + budget);
                }
                cutOnly(second, excess, "second");
            }
        }
    }

    /** After how many tokens the rest of a text need not be worked out. */
    int enough() {
        return side == Side.RIGHT ? maxLength : Integer.MAX_VALUE;
    }

    private void cutLongest(Ints first, Ints second, int budget, boolean pair) {
        if (!pair) {
            cut(first, budget);
            return;
        }
        int shorter = Math.min(first.size(), second.size());
        int longer = Math.max(shorter, budget - shorter);
        if (shorter + longer > budget) {
            shorter = budget / 2;
            longer = budget - shorter;
        }
        boolean firstIsShorter = first.size() <= second.size();
        cut(first, firstIsShorter ? shorter : longer);
        cut(second, firstIsShorter ? longer : shorter);
    }

    private void cutOnly(Ints text, int excess, String which) {
        if (text.size() <= excess) {
            throw new TokenizerException("truncation: " + excess + " tokens have to go, but the " + which
                    + " text, the only one that may be cut, has " + text.size());
        }
        cut(text, text.size() - excess);
    }

    private void cut(Ints text, int length) {
        if (length < text.size()) {
            if (side == Side.RIGHT) {
                text.truncate(length);
            } else {
                text.keepLast(length);
            }
        }
    }
}
