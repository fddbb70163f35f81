package dev.gpux.pipeline.text;

/** WordPiece: the longest known prefix of the word, then of its rest, and so on; all or the unknown token. */
final class WordPiece implements Model {
    private final Vocabulary vocabulary;
    private final char[] prefix;
    private final long prefixHash;
    private final int unknown;
    private final int maxWordLength;

    private WordPiece(Vocabulary vocabulary, String continuingPrefix, int unknown, int maxWordLength) {
        this.vocabulary = vocabulary;
        this.prefix = continuingPrefix.toCharArray();
        this.prefixHash = Vocabulary.hash(Vocabulary.EMPTY_HASH, prefix, 0, prefix.length);
        this.unknown = unknown;
        this.maxWordLength = maxWordLength;
    }

    static WordPiece read(JsonValue json, Vocabulary vocabulary) {
        int unknown = vocabulary.require(json.get("unk_token"));
        return new WordPiece(vocabulary, json.string("continuing_subword_prefix", "##"), unknown,
                json.integer("max_input_chars_per_word", 100));
    }

    @Override
    public void encode(char[] chars, int from, int to, Scratch scratch, Ints out) {
        if (to - from > maxWordLength && Character.codePointCount(chars, from, to - from) > maxWordLength) {
            out.add(unknown);
            return;
        }
        int before = out.size();
        int start = from;
        while (start < to) {
            int end = longestToken(chars, start, to, start > from, scratch, out);
            if (end == start) {
                out.truncate(before);
                out.add(unknown);
                return;
            }
            start = end;
        }
    }

    /** Appends the id of the longest token that {@code chars[start, to)} begins with; its end, or {@code start}. */
    private int longestToken(char[] chars, int start, int to, boolean continues, Scratch scratch, Ints out) {
        int headLength = continues ? prefix.length : 0;
        int most = Math.min(to - start, vocabulary.longest() - headLength);
        long[] hashes = scratch.hashes(most);
        long hash = continues ? prefixHash : Vocabulary.EMPTY_HASH;
        for (int i = 0; i < most; i++) {
            hash = Vocabulary.hash(hash, chars[start + i]);
            hashes[i] = hash;
        }
        for (int length = most; length > 0; length--) {
            int id = vocabulary.id(hashes[length - 1], prefix, 0, headLength, chars, start, start + length);
            if (id != Vocabulary.NONE) {
                out.add(id);
                return start + length;
            }
        }
        return start;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
