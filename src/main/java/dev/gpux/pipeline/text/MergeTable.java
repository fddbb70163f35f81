package dev.gpux.pipeline.text;

import java.util.Arrays;

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
    static MergeTable of(TextList parts, String prefix, Vocabulary vocabulary, JsonValue model) {
        var table = new MergeTable(parts.size() / 2);
        char[] chars = parts.chars().array();
        for (int rank = 0; rank < parts.size() / 2; rank++) {
            int left = 2 * rank;
            int right = left + 1;
            int rest = parts.start(right) + prefix.length();
            if (rest > parts.end(right)) {
                throw model.error("has a merge (merges[" + rank + "]) with \"" + parts.get(right)
                        + "\" without the prefix \"" + prefix + "\"");
            }
            int leftId = vocabulary.id(chars, parts.start(left), parts.end(left));
            int rightId = vocabulary.id(chars, parts.start(right), parts.end(right));
            long hash = Vocabulary.hash(Vocabulary.hash(Vocabulary.EMPTY_HASH, chars, parts.start(left), parts.end(left)),
                    chars, rest, parts.end(right));
            table.merged[rank] = vocabulary.id(hash, chars, parts.start(left), parts.end(left),
                    chars, rest, parts.end(right));
            if (leftId == Vocabulary.NONE || rightId == Vocabulary.NONE || table.merged[rank] == Vocabulary.NONE) {
                throw unknown(parts, rank, prefix, vocabulary, model);
            }
            table.put(pair(leftId, rightId), rank);
        }
        return table;
    }

    private static TokenizerException unknown(TextList parts, int rank, String prefix, Vocabulary vocabulary,
            JsonValue model) {
        String left = parts.get(2 * rank);
        String right = parts.get(2 * rank + 1);
        String merged = left + right.substring(prefix.length());
        String missing = vocabulary.id(merged) == Vocabulary.NONE ? merged
                : vocabulary.id(left) == Vocabulary.NONE ? left : right;
        return model.error("has a merge (merges[" + rank + "]) with \"" + missing + "\", which is not in the vocabulary");
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
