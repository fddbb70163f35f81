package dev.gpux.gpuxfile;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * "Did you mean": the candidate that a misspelt word stands for.
 *
 * <p>The measure is the restricted Damerau-Levenshtein distance (optimal string alignment: insert, delete, replace,
 * swap neighbours), blind to case and to {@code -}, {@code _}, {@code .} and spaces, so that {@code maxLength} finds
 * {@code max_length}. One edit is forgiven for every three characters, three at most. A word that begins exactly one
 * candidate finds it too.
 */
public final class Suggestion {
    private static final int MAX_WORD = 64;
    private static final int MAX_EDITS = 3;

    private Suggestion() {
    }

    /**
     * The closest candidate that is close enough.
     *
     * @param word       what was written
     * @param candidates what would be right; of equally close ones the first counts
     */
    public static Optional<String> closest(String word, Collection<String> candidates) {
        if (word.isBlank() || word.length() > MAX_WORD) {
            return Optional.empty();
        }
        var wanted = plain(word);
        Optional<String> best = Optional.empty();
        int bestDistance = Integer.MAX_VALUE;
        for (var candidate : candidates) {
            var other = plain(candidate);
            int allowed = Math.min(MAX_EDITS, Math.max(wanted.length(), other.length()) / 3);
            if (Math.abs(wanted.length() - other.length()) > allowed || other.length() > MAX_WORD) {
                continue;
            }
            int distance = distance(wanted, other);
            if (distance <= allowed && distance < bestDistance) {
                best = Optional.of(candidate);
                bestDistance = distance;
            }
        }
        return best.isPresent() ? best : onlyOneBeginningWith(wanted, candidates);
    }

    /** {@code did you mean "…"?}, or an empty text. */
    public static String hint(String word, Collection<String> candidates) {
        return closest(word, candidates).map(candidate -> "did you mean \"" + candidate + "\"?").orElse("");
    }

    private static Optional<String> onlyOneBeginningWith(String wanted, Collection<String> candidates) {
        Optional<String> found = Optional.empty();
        if (wanted.length() < 3) {
            return found;
        }
        for (var candidate : candidates) {
            if (plain(candidate).startsWith(wanted)) {
                if (found.isPresent()) {
                    return Optional.empty();
                }
                found = Optional.of(candidate);
            }
        }
        return found;
    }

    private static String plain(String word) {
        var plain = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c != '-' && c != '_' && c != '.' && c != ' ') {
                plain.append(c);
            }
        }
        return plain.toString().toLowerCase(Locale.ROOT);
    }

    private static int distance(String a, String b) {
        var beforeLast = new int[b.length() + 1];
        var last = new int[b.length() + 1];
        var row = new int[b.length() + 1];
        Arrays.setAll(last, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            var free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
