/**
 * Tokenizers: text into the token ids that a language model was trained with.
 *
 * <p>A model comes with a {@code tokenizer.json}, the format of Hugging Face tokenizers, which names the components
 * and carries the vocabulary. {@link dev.gpux.pipeline.text.Tokenizer#load} reads it once; encoding then goes through
 * <ol>
 * <li>added tokens such as {@code [MASK]}, which are found in the text as they stand,
 * <li>normalisation (case, accents, control characters),
 * <li>cutting into pieces, mostly words,
 * <li>the model, which turns a piece into ids,
 * <li>truncation, and the template that puts special tokens around the texts.
 * </ol>
 * The result is a row of a {@link dev.gpux.pipeline.text.TokenBuffer}, whose writers pad the rows of a batch and put
 * ids, attention mask and token type ids straight into native memory.
 * {@snippet :
 * Tokenizer tokenizer = Tokenizer.load(Path.of("tokenizer.json"));      // shared by all threads
 * TokenBuffer tokens = new TokenBuffer();                               // one per thread, reused
 *
 * tokens.clear();
 * tokenizer.encode("hello world", tokens);
 * tokenizer.encode("is it a question?", "it is", tokens);
 * Padding padding = tokenizer.padding().toLongest();
 * int length = padding.length(tokens);                                  // tensors [2, length]
 * tokens.writeIds(ids, ValueLayout.JAVA_LONG, padding, length);
 * tokens.writeMask(mask, ValueLayout.JAVA_LONG, padding, length);
 * tokens.writeTypeIds(types, ValueLayout.JAVA_LONG, padding, length);
 * }
 *
 * <p>The ids agree with Hugging Face tokenizers (compared with 0.23.2; the tests carry the reference). Characters that
 * Unicode added after version 8 are, as there, neither punctuation nor accents. A component that is not supported is an
 * error when the file is loaded, and the error names it. A file is untrusted: whatever is in it, loading gives a
 * tokenizer or a {@link dev.gpux.pipeline.text.TokenizerException}.
 *
 * <p>Nothing is allocated while encoding once the buffer has grown to the size of the texts, and no regular expression
 * is used.
 */
package dev.gpux.pipeline.text;
