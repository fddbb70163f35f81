package dev.gpux.pipeline.text;

/** SentencePiece's unigram model: of all ways to put a text together from tokens, the most probable one. */
final class Unigram implements Model {
    /** How much less probable than the least probable token an unknown character is (SentencePiece: kUnkPenalty). */
    private static final double UNKNOWN_PENALTY = 10;

    private final Vocabulary vocabulary;
    private final Trie trie;
    private final double[] scores;
    private final double unknownScore;
    private final ByteTokens byteTokens;
    private final int unknown;

    private Unigram(Vocabulary vocabulary, double[] scores, ByteTokens byteTokens, int unknown) {
        this.vocabulary = vocabulary;
        this.trie = vocabulary.trie(Integer.MAX_VALUE);
        this.scores = scores;
        this.byteTokens = byteTokens;
        this.unknown = unknown;
        double lowest = Double.POSITIVE_INFINITY;
        for (double score : scores) {
            lowest = Math.min(lowest, score);
        }
        this.unknownScore = lowest - UNKNOWN_PENALTY;
    }

    static Unigram read(JsonValue json, Vocabulary vocabulary, TokenList tokens) {
        JsonValue unknown = json.get("unk_id");
        if (unknown.asInt() >= tokens.size()) {
            throw unknown.error("is " + unknown.asInt() + ", but the vocabulary has " + tokens.size() + " tokens");
        }
        return new Unigram(vocabulary, tokens.scores(),
                json.bool("byte_fallback", false) ? ByteTokens.of(vocabulary) : ByteTokens.none(), unknown.asInt());
    }

    @Override
    public void encode(char[] chars, int from, int to, Scratch scratch, Ints out) {
        Lattice lattice = scratch.lattice();
        lattice.begin(to - from);
        for (int i = from; i < to;) {
            int start = i;
            i += Character.charCount(Character.codePointAt(chars, i, to));
            double before = lattice.score(start - from);
            boolean known = false;
            int node = Trie.ROOT;
            for (int end = start; end < to && (node = trie.child(node, chars[end])) != Trie.NONE; end++) {
                int id = trie.value(node);
                if (id != Trie.NONE) {
                    lattice.offer(start - from, end + 1 - from, id, before + scores[id]);
                    known |= end + 1 == i;
                }
            }
            if (!known) {
                lattice.offer(start - from, i - from, unknown, before + unknownScore);
            }
        }
        lattice.link(to - from, unknown);
        for (int start = 0; start < to - from;) {
            int end = lattice.end(start);
            add(chars, from + start, from + end, out);
            start = end;
        }
    }

    /** Adjacent unknown characters are one text, which is looked up as a whole before it is unknown. */
    private void add(char[] chars, int from, int to, Ints out) {
        int id = vocabulary.id(chars, from, to);
        if (id != Vocabulary.NONE) {
            out.add(id);
        } else if (fallsBack(chars, from, to)) {
            for (int i = from; i < to;) {
                int codePoint = Character.codePointAt(chars, i, to);
                i += Character.charCount(codePoint);
                int bytes = Utf8.bytes(codePoint);
                for (int b = 0; b < bytes; b++) {
                    out.add(byteTokens.id(codePoint, bytes, b));
                }
            }
        } else {
            out.add(unknown);
        }
    }

    private boolean fallsBack(char[] chars, int from, int to) {
        for (int i = from; i < to;) {
            int codePoint = Character.codePointAt(chars, i, to);
            i += Character.charCount(codePoint);
            if (!byteTokens.cover(codePoint)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
