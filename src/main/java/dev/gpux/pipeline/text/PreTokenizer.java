package dev.gpux.pipeline.text;

import java.util.List;

/** A step that cuts a text into the pieces that the model then encodes ({@code pre_tokenizer}). */
sealed interface PreTokenizer permits BertPreTokenizer {
    /**
     * Appends the pieces of {@code chars[from, to)} to {@code out}.
     *
     * @param first whether this is the beginning of the whole text
     */
    void cut(char[] chars, int from, int to, boolean first, Pieces out);

    /** Reads a {@code pre_tokenizer} object; a sequence becomes several steps. */
    static List<PreTokenizer> read(JsonValue json) {
        return switch (json.type()) {
            case "BertPreTokenizer" -> List.of(new BertPreTokenizer());
            default -> throw json.unsupported("pre-tokenizer", "BertPreTokenizer");
        };
    }
}
