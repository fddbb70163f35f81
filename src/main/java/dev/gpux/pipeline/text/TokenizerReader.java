package dev.gpux.pipeline.text;

import java.util.List;
import java.util.Optional;

/** Makes a tokenizer of what its file says. */
final class TokenizerReader {
    private static final String VERSION = "1.0";
    private static final List<String> PADDING_TOKENS = List.of("[PAD]", "<pad>");

    private final TokenizerFile file;
    private final JsonValue root;

    private TokenizerReader(TokenizerFile file) {
        this.file = file;
        this.root = file.root();
    }

    static Tokenizer read(TokenizerFile file) {
        return new TokenizerReader(file).read();
    }

    private Tokenizer read() {
        if (!root.string("version", VERSION).equals(VERSION)) {
            throw root.get("version").error("is \"" + root.get("version").asString() + "\", expected " + VERSION);
        }
        var normalizers = new Normalizers(root.find("normalizer").map(Normalizer::read).orElse(List.of()));
        List<PreTokenizer> preTokenizers = root.find("pre_tokenizer").map(PreTokenizer::read).orElse(List.of());
        Model model = readModel();
        List<AddedToken> tokens = root.find("added_tokens")
                .map(list -> list.asList().stream().map(AddedToken::read).toList())
                .orElse(List.of());
        return Tokenizer.of(normalizers, preTokenizers, model, new AddedTokens(tokens, normalizers),
                root.find("post_processor").map(Template::read).orElse(Template.PLAIN),
                root.find("truncation").map(TokenizerReader::readTruncation),
                root.find("padding").map(TokenizerReader::readPadding)
                        .orElseGet(() -> Padding.longest(paddingId(tokens))));
    }

    private Model readModel() {
        JsonValue json = root.get("model");
        String type = json.type();
        return switch (type) {
            case "WordPiece" -> WordPiece.read(json, new Vocabulary(file.tokens(), json));
            default -> throw json.unsupported("model", "WordPiece");
        };
    }

    private static int paddingId(List<AddedToken> tokens) {
        return tokens.stream()
                .filter(token -> PADDING_TOKENS.contains(token.content()))
                .mapToInt(AddedToken::id)
                .findFirst()
                .orElse(0);
    }

    private static Truncation readTruncation(JsonValue json) {
        JsonValue strategy = json.get("strategy");
        return new Truncation(json.get("max_length").asInt(),
                switch (strategy.asString()) {
                    case "LongestFirst" -> Truncation.Strategy.LONGEST_FIRST;
                    case "OnlyFirst" -> Truncation.Strategy.ONLY_FIRST;
                    case "OnlySecond" -> Truncation.Strategy.ONLY_SECOND;
                    default -> throw strategy.error("is \"" + strategy.asString()
                            + "\", expected LongestFirst, OnlyFirst or OnlySecond");
                },
                readSide(json));
    }

    private static Padding readPadding(JsonValue json) {
        JsonValue strategy = json.get("strategy");
        int fixed = strategy.value().equals("BatchLongest") ? 0 : strategy.get("Fixed").asInt();
        return new Padding(fixed, Math.max(1, json.integer("pad_to_multiple_of", 1)), readSide(json),
                json.integer("pad_id", 0), json.integer("pad_type_id", 0));
    }

    private static Side readSide(JsonValue json) {
        Optional<JsonValue> direction = json.find("direction");
        return switch (direction.map(JsonValue::asString).orElse("Right")) {
            case "Left" -> Side.LEFT;
            case "Right" -> Side.RIGHT;
            default -> throw direction.get().error("is \"" + direction.get().asString() + "\", expected Left or Right");
        };
    }
}
