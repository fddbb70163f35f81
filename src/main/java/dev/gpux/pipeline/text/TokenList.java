package dev.gpux.pipeline.text;

import java.util.Arrays;

/** The entries of {@code model.vocab} in the order of the file: tokens with ids, or tokens with scores. */
final class TokenList {
    private final TextList tokens = new TextList();
    private final Ints ids = new Ints();
    private double[] scores = {};
    private boolean scored;

    /** The tokens; the characters of the next one go here, too. */
    TextList tokens() {
        return tokens;
    }

    /** Ends a token and gives it an id. */
    void add(int id) {
        tokens.end();
        ids.add(id);
    }

    /** Ends a token and gives it a score; its id is its place in the list. */
    void addScored(double score) {
        scored = true;
        if (tokens.size() == scores.length) {
            scores = Arrays.copyOf(scores, Growth.capacity(scores.length, tokens.size() + 256L));
        }
        scores[tokens.size()] = score;
        add(tokens.size());
    }

    boolean isScored() {
        return scored;
    }

    int size() {
        return tokens.size();
    }

    int id(int index) {
        return ids.get(index);
    }

    double[] scores() {
        return Arrays.copyOf(scores, tokens.size());
    }
}
