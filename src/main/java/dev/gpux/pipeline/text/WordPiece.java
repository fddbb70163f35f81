package dev.gpux.pipeline.text;

/** WordPiece: the longest known prefix of the word, then of its rest, and so on; all or the unknown token. */
final class WordPiece implements Model {
    private final Vocabulary vocabulary;
    private final Trie trie;
    private final int continuation;
    private final int unknown;
    private final int maxWordLength;

    private WordPiece(Vocabulary vocabulary, String continuingPrefix, int unknown, int maxWordLength) {
        this.vocabulary = vocabulary;
        this.trie = vocabulary.trie();
        this.continuation = trie.walk(Trie.ROOT, continuingPrefix);
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
            int node = start == from ? Trie.ROOT : continuation;
            int end = start;
            int id = Trie.NONE;
            for (int i = start; i < to && node != Trie.NONE;) {
                node = trie.child(node, chars[i++]);
                if (node != Trie.NONE && trie.value(node) != Trie.NONE) {
                    id = trie.value(node);
                    end = i;
                }
            }
            if (id == Trie.NONE) {
                out.truncate(before);
                out.add(unknown);
                return;
            }
            out.add(id);
            start = end;
        }
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
