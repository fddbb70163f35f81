package dev.gpux.pipeline.text;

import java.util.Arrays;
import java.util.Optional;

/**
 * The tokens of a model with their ids, in both directions. Tokens stay where they were read, and an open-addressing table
 * of their hashes finds them: filling it costs one pass over the characters.
 */
final class Vocabulary {
    /** No token has this id. */
    static final int NONE = -1;

    /** What the tables may take: about 100 MB at worst; the largest published vocabularies have 2 million characters. */
    static final long MAX_CHARACTERS = 1 << 23;

    /** How sparse ids may be: a small file must not make a large table. */
    private static final int MAX_IDS_PER_TOKEN = 8;
    private static final int FREE_IDS = 1 << 16;

    /** The hash of the empty text. Differs from process to process, lest a file be made of tokens that collide. */
    static final long EMPTY_HASH = System.nanoTime() * 0x9E3779B97F4A7C15L;

    private static final long EMPTY_SLOT = -1;
    private static final long TAG = 0xFFFFFFFF_00000000L;

    private final TokenList list;
    private final char[] chars;
    /** The upper half of the hash, and in the lower half the entry. */
    private final long[] slots;
    private final int shift;
    /** id → entry, or {@link #NONE}. */
    private final int[] entries;
    private final int longest;

    /** @throws TokenizerException if there are no tokens, or ids far beyond their number */
    Vocabulary(TokenList list, JsonValue model) {
        if (list.size() == 0) {
            throw model.error("has no \"vocab\", or an empty one");
        }
        int highest = 0;
        for (int i = 0; i < list.size(); i++) {
            highest = Math.max(highest, list.id(i));
        }
        if (highest > (long) list.size() * MAX_IDS_PER_TOKEN + FREE_IDS) {
            throw model.error("has an id of " + highest + " in a \"vocab\" of " + list.size() + " tokens");
        }
        this.list = list;
        chars = list.tokens().chars().array();
        // At most half full: most look-ups for parts of words are for what is not there.
        int bits = Math.max(4, Integer.SIZE + 1 - Integer.numberOfLeadingZeros(list.size()));
        slots = new long[1 << bits];
        shift = Long.SIZE - bits;
        entries = new int[highest + 1];
        Arrays.fill(slots, EMPTY_SLOT);
        Arrays.fill(entries, NONE);
        int most = 0;
        for (int entry = 0; entry < list.size(); entry++) {
            int start = list.tokens().start(entry);
            int end = list.tokens().end(entry);
            put(hash(EMPTY_HASH, chars, start, end), start, end, entry);
            entries[list.id(entry)] = entry;
            most = Math.max(most, end - start);
        }
        longest = most;
    }

    /** A token that is there already is replaced. */
    private void put(long hash, int start, int end, int entry) {
        int slot = (int) (hash >>> shift);
        while (slots[slot] != EMPTY_SLOT && !(((slots[slot] ^ hash) & TAG) == 0
                && isEntry((int) slots[slot], chars, start, start, chars, start, end))) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = hash & TAG | entry;
    }

    /** The hash of a text that goes on with a character. */
    static long hash(long before, char next) {
        return (before ^ next) * 0x9E3779B97F4A7C15L;
    }

    /** The hash of a text that goes on with {@code chars[from, to)}. */
    static long hash(long before, char[] chars, int from, int to) {
        long hash = before;
        for (int i = from; i < to; i++) {
            hash = hash(hash, chars[i]);
        }
        return hash;
    }

    /** Number of tokens. */
    int size() {
        return list.size();
    }

    /** The most UTF-16 units of a token. */
    int longest() {
        return longest;
    }

    /** The id of a token, or {@link #NONE}. */
    int id(String token) {
        return id(token.toCharArray(), 0, token.length());
    }

    /** The id of {@code chars[from, to)}, or {@link #NONE}. */
    int id(char[] text, int from, int to) {
        return id(hash(EMPTY_HASH, text, from, to), text, from, from, text, from, to);
    }

    /** The id of the token {@code head[headFrom, headTo)} + {@code tail[from, to)} with this hash, or {@link #NONE}. */
    int id(long hash, char[] head, int headFrom, int headTo, char[] tail, int from, int to) {
        for (int slot = (int) (hash >>> shift);; slot = slot + 1 & slots.length - 1) {
            long found = slots[slot];
            if (found == EMPTY_SLOT) {
                return NONE;
            }
            if (((found ^ hash) & TAG) == 0 && isEntry((int) found, head, headFrom, headTo, tail, from, to)) {
                return list.id((int) found);
            }
        }
    }

    private boolean isEntry(int entry, char[] head, int headFrom, int headTo, char[] tail, int from, int to) {
        int start = list.tokens().start(entry);
        int middle = start + headTo - headFrom;
        int end = list.tokens().end(entry);
        return end - middle == to - from && same(start, head, headFrom, headTo) && same(middle, tail, from, to);
    }

    /** A loop of our own: most tokens are too short for what a vectorised comparison costs to begin. */
    private boolean same(int start, char[] text, int from, int to) {
        for (int i = from, j = start; i < to; i++, j++) {
            if (text[i] != chars[j]) {
                return false;
            }
        }
        return true;
    }

    /** The id of a token that the file names and that has to be there. */
    int require(JsonValue name) {
        int id = id(name.asString());
        if (id == NONE) {
            throw name.error("is \"" + name.asString() + "\", which is not in the vocabulary");
        }
        return id;
    }

    Optional<String> token(int id) {
        return id < 0 || id >= entries.length || entries[id] == NONE ? Optional.empty()
                : Optional.of(list.tokens().get(entries[id]));
    }

    /** A trie of the tokens that have at most so many UTF-16 units. */
    Trie trie(int maxLength) {
        var trie = new Trie();
        for (int entry = 0; entry < list.size(); entry++) {
            int start = list.tokens().start(entry);
            int end = list.tokens().end(entry);
            if (end - start <= maxLength) {
                trie.put(chars, start, end, list.id(entry));
            }
        }
        return trie;
    }
}
