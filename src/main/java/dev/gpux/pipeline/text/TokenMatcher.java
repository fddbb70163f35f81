package dev.gpux.pipeline.text;

import java.util.ArrayList;
import java.util.List;

/** Finds added tokens in a text: the leftmost one, and of those that begin there the longest. */
final class TokenMatcher {
    private final Trie trie = new Trie();
    private final List<AddedToken> tokens = new ArrayList<>();
    /** Bit {@code c % 64} is set if a token begins with such a character: most characters need no look-up. */
    private long firstUnits;

    void add(String text, AddedToken token) {
        if (!text.isEmpty()) {
            trie.put(text, tokens.size());
            tokens.add(token);
            firstUnits |= 1L << text.charAt(0);
        }
    }

    /** What was found. */
    static final class Match {
        private int start;
        private int end;
        private int id;

        int start() {
            return start;
        }

        int end() {
            return end;
        }

        int id() {
            return id;
        }
    }

    /**
     * Looks for the first token in {@code chars[at, length)}.
     *
     * @param at where to begin; what stands before is looked at for word boundaries only
     * @return whether one was found; {@code match} then tells which and where
     */
    boolean find(char[] chars, int at, int length, Match match) {
        for (int i = at; i < length; i++) {
            if ((firstUnits >>> chars[i] & 1) == 0) {
                continue;
            }
            int node = Trie.ROOT;
            int found = Trie.NONE;
            int end = i;
            for (int j = i; j < length && (node = trie.child(node, chars[j])) != Trie.NONE; j++) {
                if (trie.value(node) != Trie.NONE) {
                    found = trie.value(node);
                    end = j + 1;
                }
            }
            if (found == Trie.NONE) {
                continue;
            }
            AddedToken token = tokens.get(found);
            if (token.singleWord() && !isSingleWord(chars, i, end, length)) {
                i = end - 1;
                continue;
            }
            match.id = token.id();
            match.start = token.stripLeft() ? skipLeft(chars, at, i) : i;
            match.end = token.stripRight() ? skipRight(chars, end, length) : end;
            return true;
        }
        return false;
    }

    private static boolean isSingleWord(char[] chars, int start, int end, int length) {
        return (start == 0 || !CharacterClasses.isWord(Character.codePointBefore(chars, start)))
                && (end == length || !CharacterClasses.isWord(Character.codePointAt(chars, end, length)));
    }

    // White space is all in the basic plane: one unit is one character.

    private static int skipLeft(char[] chars, int at, int start) {
        while (start > at && CharacterClasses.isWhitespace(chars[start - 1])) {
            start--;
        }
        return start;
    }

    private static int skipRight(char[] chars, int end, int length) {
        while (end < length && CharacterClasses.isWhitespace(chars[end])) {
            end++;
        }
        return end;
    }
}
