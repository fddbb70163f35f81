package dev.gpux.pipeline.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The entries of {@code model.vocab} in the order of the file: tokens with ids, or tokens with scores. */
final class TokenList {
    private final List<String> tokens = new ArrayList<>();
    private final Ints ids = new Ints();
    private double[] scores = {};
    private boolean scored;

    void add(String token, int id) {
        tokens.add(token);
        ids.add(id);
    }

    /** The id of a token with a score is its place in the list. */
    void addScored(String token, double score) {
        scored = true;
        if (tokens.size() == scores.length) {
            scores = Arrays.copyOf(scores, Growth.capacity(scores.length, tokens.size() + 256L));
        }
        scores[tokens.size()] = score;
        add(token, tokens.size());
    }

    boolean isScored() {
        return scored;
    }

    int size() {
        return tokens.size();
    }

    String token(int index) {
        return tokens.get(index);
    }

    int id(int index) {
        return ids.get(index);
    }

    double[] scores() {
        return Arrays.copyOf(scores, tokens.size());
    }
}
