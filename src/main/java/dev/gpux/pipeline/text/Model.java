package dev.gpux.pipeline.text;

/** What turns a piece of text into token ids ({@code model} of a {@code tokenizer.json}). */
sealed interface Model permits WordPiece, WordLevel, Bpe, Unigram {
    /** Appends the ids of {@code chars[from, to)}, which is not empty. */
    void encode(char[] chars, int from, int to, Scratch scratch, Ints out);

    /** The tokens that the model knows. */
    Vocabulary vocabulary();
}
