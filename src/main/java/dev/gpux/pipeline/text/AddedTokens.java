package dev.gpux.pipeline.text;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The added tokens of a file: those looked for in the text as given, and those looked for once it is normalised. */
final class AddedTokens {
    /** Their tries hold the texts of all of them. */
    private static final long MAX_CHARACTERS = 1 << 20;

    private final TokenMatcher inText = new TokenMatcher();
    private final TokenMatcher inNormalized = new TokenMatcher();
    private final Map<String, AddedToken> byContent = new HashMap<>();
    private final Map<Integer, AddedToken> byId = new HashMap<>();

    AddedTokens(JsonValue list, Normalizers normalizers) {
        var scratch = new Scratch();
        long characters = 0;
        for (JsonValue json : list.asList()) {
            AddedToken token = AddedToken.read(json);
            characters += token.content().length();
            if (characters > MAX_CHARACTERS) {
                throw list.error("has more than " + MAX_CHARACTERS + " characters");
            }
            byContent.put(token.content(), token);
            byId.put(token.id(), token);
            if (token.normalized()) {
                scratch.raw().set(token.content());
                Text text = normalizers.normalize(scratch.raw(), 0, scratch.raw().length(), scratch);
                inNormalized.add(new String(text.array(), 0, text.length()), token);
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
        return (int) byContent.keySet().stream().filter(token -> vocabulary.id(token) == Vocabulary.NONE).count();
    }
}
