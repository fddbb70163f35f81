package dev.gpux.pipeline.text;

import java.util.Optional;

/** The tokens of a model with their ids, in both directions. */
final class Vocabulary {
    /** How sparse ids may be: a small file must not make a large table. */
    private static final int MAX_IDS_PER_TOKEN = 8;
    private static final int FREE_IDS = 1 << 16;

    /** What the trie may take: about 250 MB at worst; the largest published vocabularies have 2 million. */
    private static final long MAX_CHARACTERS = 1 << 23;

    private final Trie trie = new Trie();
    private final String[] tokens;
    private final int size;

    /** @throws TokenizerException if there are no tokens, or ids far beyond their number */
    Vocabulary(TokenList list, JsonValue model) {
        if (list.size() == 0) {
            throw model.error("has no \"vocab\", or an empty one");
        }
        int highest = 0;
        long characters = 0;
        for (int i = 0; i < list.size(); i++) {
            highest = Math.max(highest, list.id(i));
            characters += list.token(i).length();
        }
        if (characters > MAX_CHARACTERS) {
            throw model.error("has a \"vocab\" of " + characters + " characters, more than " + MAX_CHARACTERS);
        }
        if (highest > (long) list.size() * MAX_IDS_PER_TOKEN + FREE_IDS) {
            throw model.error("has an id of " + highest + " in a \"vocab\" of " + list.size() + " tokens");
        }
        tokens = new String[highest + 1];
        for (int i = 0; i < list.size(); i++) {
            trie.put(list.token(i), list.id(i));
            tokens[list.id(i)] = list.token(i);
        }
        size = list.size();
    }

    Trie trie() {
        return trie;
    }

    /** Number of tokens. */
    int size() {
        return size;
    }

    /** The id of a token, or {@link Trie#NONE}. */
    int id(CharSequence token) {
        return trie.get(token);
    }

    /** The id of a token that the file names and that has to be there. */
    int require(JsonValue name) {
        int id = id(name.asString());
        if (id == Trie.NONE) {
            throw name.error("is \"" + name.asString() + "\", which is not in the vocabulary");
        }
        return id;
    }

    Optional<String> token(int id) {
        return id < 0 || id >= tokens.length ? Optional.empty() : Optional.ofNullable(tokens[id]);
    }
}
