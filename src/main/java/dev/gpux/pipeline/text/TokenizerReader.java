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
        var addedTokens = new AddedTokens(
                root.find("added_tokens").orElse(new JsonValue(root.source(), "added_tokens", List.of())), normalizers);
        var parts = new Tokenizer.Parts(normalizers,
                root.find("pre_tokenizer").map(PreTokenizer::read).orElse(List.of()), readModel(), addedTokens,
                root.find("post_processor").map(Template::read).orElse(Template.PLAIN),
                root.find("padding").map(TokenizerReader::readPadding)
                        .orElseGet(() -> Padding.longest(paddingId(addedTokens))),
                root.find("decoder").map(Decoder::read).orElse(List.of()));
        return Tokenizer.of(parts, root.find("truncation").map(TokenizerReader::readTruncation));
    }

    private Model readModel() {
        JsonValue json = root.get("model");
        String type = json.find("type").map(JsonValue::asString).orElseGet(() -> guessType(json));
        var vocabulary = new Vocabulary(file.vocabulary(), json);
        return switch (type) {
            case "WordPiece" -> WordPiece.read(json, vocabulary);
            case "WordLevel" -> WordLevel.read(json, vocabulary);
            case "BPE" -> Bpe.read(json, vocabulary, file.merges());
            case "Unigram" -> {
                if (!file.vocabulary().isScored()) {
                    throw json.error("has a \"vocab\" without scores, expected a list of pairs of token and score");
                }
                yield Unigram.read(json, vocabulary, file.vocabulary());
            }
            default -> throw json.unsupported("model", "BPE, Unigram, WordLevel, WordPiece");
        };
    }

    /** Files from before the model's type was written. */
    private String guessType(JsonValue json) {
        if (file.vocabulary().isScored()) {
            return "Unigram";
        }
        if (file.merges().size() > 0) {
            return "BPE";
        }
        return json.find("continuing_subword_prefix").isPresent() ? "WordPiece" : "WordLevel";
    }

    private static int paddingId(AddedTokens tokens) {
        return PADDING_TOKENS.stream()
                .map(tokens::byContent)
                .flatMap(Optional::stream)
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
