package dev.gpux.pipeline.text;

import java.util.List;

/** Undoes what cutting English into words leaves behind. */
final class English {
    /** What goes, and what comes instead, in this order. */
    private static final List<List<String>> RULES = List.of(
            List.of(" .", "."), List.of(" ?", "?"), List.of(" !", "!"), List.of(" ,", ","),
            List.of(" ' ", "'"), List.of(" n't", "n't"), List.of(" 'm", "'m"), List.of(" do not", " don't"),
            List.of(" 's", "'s"), List.of(" 've", "'ve"), List.of(" 're", "'re"));

    private English() {
    }

    static String tidy(String text) {
        String tidied = text;
        for (List<String> rule : RULES) {
            tidied = tidied.replace(rule.get(0), rule.get(1));
        }
        return tidied;
    }
}
