package dev.gpux.pipeline.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The added tokens of a file: those looked for in the text as given, and those looked for once it is normalised. */
final class AddedTokens {
    private final TokenMatcher inText = new TokenMatcher();
    private final TokenMatcher inNormalized = new TokenMatcher();
    private final Map<String, AddedToken> byContent = new HashMap<>();
    private final Map<Integer, AddedToken> byId = new HashMap<>();

    AddedTokens(List<AddedToken> tokens, Normalizers normalizers) {
        var scratch = new Scratch();
        for (AddedToken token : tokens) {
            byContent.put(token.content(), token);
            byId.put(token.id(), token);
            if (token.normalized()) {
                scratch.raw().set(token.content());
                Text text = normalizers.normalize(scratch.raw(), 0, scratch.raw().length(), scratch);
                inNormalized.add(new String(text.chars(), 0, text.length()), token);
            } else {
                inText.add(token.content(), token);
            }
        }
    }

    TokenMatcher inText() {
        return inText;
    }

    TokenMatcher inNormalized() {
        return inNormalized;
    }

    Optional<AddedToken> byContent(String content) {
        return Optional.ofNullable(byContent.get(content));
    }

    Optional<AddedToken> byId(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** How many of the tokens the vocabulary does not have. */
    int beyond(Vocabulary vocabulary) {
        return (int) byContent.keySet().stream().filter(token -> vocabulary.id(token) == Trie.NONE).count();
    }
}
