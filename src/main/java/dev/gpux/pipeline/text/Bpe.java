package dev.gpux.pipeline.text;

/**
 * Byte-pair encoding: begins with single characters (which stand for bytes in byte-level vocabularies) and merges
 * neighbours, the pair that was learnt first before all others, until no pair is left.
 */
final class Bpe implements Model {
    private final Vocabulary vocabulary;
    /** The single characters, with prefix or suffix or both. */
    private final Trie characters;
    private final MergeTable merges;
    private final ByteTokens byteTokens;
    private final String continuingPrefix;
    private final String endSuffix;
    private final int unknown;
    private final boolean fuseUnknown;
    private final boolean wholeWordsFirst;

    private Bpe(Vocabulary vocabulary, MergeTable merges, ByteTokens byteTokens, String continuingPrefix,
            String endSuffix, int unknown, boolean fuseUnknown, boolean wholeWordsFirst) {
        this.vocabulary = vocabulary;
        this.characters = vocabulary.trie(continuingPrefix.length() + 2 + endSuffix.length());
        this.merges = merges;
        this.byteTokens = byteTokens;
        this.continuingPrefix = continuingPrefix;
        this.endSuffix = endSuffix;
        this.unknown = unknown;
        this.fuseUnknown = fuseUnknown;
        this.wholeWordsFirst = wholeWordsFirst;
    }

    static Bpe read(JsonValue json, Vocabulary vocabulary, TextList merges) {
        var dropout = json.find("dropout");
        if (dropout.isPresent() && !(dropout.get().value() instanceof Number n && n.doubleValue() == 0)) {
            throw dropout.get().error("is set: ids would be random; only null or 0 is supported");
        }
        String prefix = json.string("continuing_subword_prefix", "");
        return new Bpe(vocabulary, MergeTable.of(merges, prefix, vocabulary, json),
                json.bool("byte_fallback", false) ? ByteTokens.of(vocabulary) : ByteTokens.none(),
                prefix, json.string("end_of_word_suffix", ""),
                json.find("unk_token").map(vocabulary::require).orElse(Vocabulary.NONE),
                json.bool("fuse_unk", false), json.bool("ignore_merges", false));
    }

    @Override
    public void encode(char[] chars, int from, int to, Scratch scratch, Ints out) {
        if (wholeWordsFirst) {
            int id = vocabulary.id(chars, from, to);
            if (id != Vocabulary.NONE) {
                out.add(id);
                return;
            }
        }
        Merger merger = scratch.merger();
        merger.begin(to - from);
        addCharacters(chars, from, to, merger);
        merger.mergeInto(merges, out);
    }

    private void addCharacters(char[] chars, int from, int to, Merger merger) {
        boolean afterUnknown = false;
        for (int i = from; i < to;) {
            int start = i;
            int codePoint = Character.codePointAt(chars, i, to);
            i += Character.charCount(codePoint);
            int id = characterId(chars, start, i, start == from, i == to);
            if (id != Trie.NONE) {
                afterUnknown = false;
                merger.add(id);
            } else if (fallsBack(codePoint, i == to, start == from)) {
                addBytes(codePoint, start == from, i == to, merger);
            } else if (unknown != Vocabulary.NONE && !(afterUnknown && fuseUnknown)) {
                afterUnknown = true;
                merger.add(unknown);
            }
        }
    }

    private int characterId(char[] chars, int start, int end, boolean first, boolean last) {
        int node = first ? Trie.ROOT : characters.walk(Trie.ROOT, continuingPrefix);
        for (int i = start; i < end && node != Trie.NONE; i++) {
            node = characters.child(node, chars[i]);
        }
        if (last) {
            node = characters.walk(node, endSuffix);
        }
        return node == Trie.NONE ? Trie.NONE : characters.value(node);
    }

    private boolean fallsBack(int codePoint, boolean last, boolean first) {
        return byteTokens.cover(codePoint) && (first || byteTokens.cover(continuingPrefix))
                && (!last || byteTokens.cover(endSuffix));
    }

    /** The bytes are those of the character as the vocabulary would have it, prefix and suffix included. */
    private void addBytes(int codePoint, boolean first, boolean last, Merger merger) {
        if (!first) {
            addBytes(continuingPrefix, merger);
        }
        addBytes(codePoint, merger);
        if (last) {
            addBytes(endSuffix, merger);
        }
    }

    private void addBytes(String text, Merger merger) {
        for (int i = 0; i < text.length();) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            addBytes(codePoint, merger);
        }
    }

    private void addBytes(int codePoint, Merger merger) {
        int bytes = Utf8.bytes(codePoint);
        for (int i = 0; i < bytes; i++) {
            merger.add(byteTokens.id(codePoint, bytes, i));
        }
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
