package dev.gpux.pipeline.text;

import java.util.Arrays;
import java.util.List;

/**
 * The merges of a byte-pair encoding: which two tokens become which, and how early that was learnt (its rank). An
 * open-addressing table keyed by both tokens.
 */
final class MergeTable {
    static final int NONE = -1;
    private static final long EMPTY = -1;

    private final long[] pairs;
    private final int[] ranks;
    private final int[] merged;
    private final int shift;

    private MergeTable(int count) {
        int bits = Math.max(4, Integer.SIZE - Integer.numberOfLeadingZeros(count) + 1);
        pairs = new long[1 << bits];
        ranks = new int[1 << bits];
        merged = new int[count];
        shift = Long.SIZE - bits;
        Arrays.fill(pairs, EMPTY);
    }

    /**
     * @param parts left and right part in turn, in the order of their ranks
     * @param prefix what a part that continues a word begins with, and what goes when it is merged
     * @throws TokenizerException if a part or what two of them make is not in the vocabulary
     */
    static MergeTable of(List<String> parts, String prefix, Vocabulary vocabulary, JsonValue model) {
        var table = new MergeTable(parts.size() / 2);
        for (int rank = 0; rank < parts.size() / 2; rank++) {
            String left = parts.get(2 * rank);
            String right = parts.get(2 * rank + 1);
            if (right.length() < prefix.length()) {
                throw model.error("has a merge (merges[" + rank + "]) with \"" + right + "\" without the prefix \"" + prefix
                        + "\"");
            }
            table.merged[rank] = id(left + right.substring(prefix.length()), rank, vocabulary, model);
            table.put(pair(id(left, rank, vocabulary, model), id(right, rank, vocabulary, model)), rank);
        }
        return table;
    }

    private static int id(String token, int rank, Vocabulary vocabulary, JsonValue model) {
        int id = vocabulary.id(token);
        if (id == Trie.NONE) {
            throw model.error("has a merge (merges[" + rank + "]) with \"" + token
                    + "\", which is not in the vocabulary");
        }
        return id;
    }

    private static long pair(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }

    private void put(long pair, int rank) {
        int slot = slot(pair);
        while (pairs[slot] != EMPTY && pairs[slot] != pair) {
            slot = slot + 1 & pairs.length - 1;
        }
        pairs[slot] = pair;
        ranks[slot] = rank;
    }

    /** The rank of a merge, or {@link #NONE}. */
    int rank(int left, int right) {
        long pair = pair(left, right);
        for (int slot = slot(pair);; slot = slot + 1 & pairs.length - 1) {
            long found = pairs[slot];
            if (found == pair) {
                return ranks[slot];
            }
            if (found == EMPTY) {
                return NONE;
            }
        }
    }

    /** What the merge of a rank makes. */
    int merged(int rank) {
        return merged[rank];
    }

    private int slot(long pair) {
        return (int) (pair * 0x9E3779B97F4A7C15L >>> shift);
    }
}
