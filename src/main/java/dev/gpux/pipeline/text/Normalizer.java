package dev.gpux.pipeline.text;

import java.util.List;

/** A step that rewrites a text before it is cut into pieces ({@code normalizer} of a {@code tokenizer.json}). */
sealed interface Normalizer permits BertNormalizer {
    /** Writes the normalised form of {@code in} to the empty {@code out}. */
    void normalize(Text in, Text out);

    /** Reads a {@code normalizer} object; a sequence becomes several steps. */
    static List<Normalizer> read(JsonValue json) {
        return switch (json.type()) {
            case "BertNormalizer" -> List.of(BertNormalizer.read(json));
            default -> throw json.unsupported("normalizer", "BertNormalizer");
        };
    }
}
