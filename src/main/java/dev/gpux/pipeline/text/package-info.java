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
 * <table>
 * <caption>What a file may name; anything else is an error when it is loaded, and the error says where it stands</caption>
 * <tr><th>models</th><td>WordPiece, BPE (byte-level or with byte fallback), Unigram, WordLevel</td></tr>
 * <tr><th>normalizers</th><td>BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Replace, Prepend,
 *     Precompiled, Nmt, ByteLevel, Sequence</td></tr>
 * <tr><th>pre-tokenizers</th><td>BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace,
 *     Punctuation, Split, Whitespace, WhitespaceSplit, Sequence</td></tr>
 * <tr><th>post-processors</th><td>TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence</td></tr>
 * <tr><th>decoders</th><td>WordPiece, ByteLevel, ByteFallback, BPEDecoder, CTC, Fuse, Metaspace, Replace, Strip,
 *     Sequence</td></tr>
 * </table>
 *
 * <p>The ids agree with those of Hugging Face tokenizers 0.23.2; the tests carry the reference and say how it was made.
 * Characters that Unicode added after version 8 are, as there, neither punctuation nor accents. Known differences: the
 * canonical order of such newer marks in the Unicode normalisation forms; and when both texts of a pair are cut at the
 * left to an odd number of tokens, which of them keeps one more.
 *
 * <p>A file is untrusted: whatever is in it, loading gives a tokenizer or a
 * {@link dev.gpux.pipeline.text.TokenizerException}, within bounded memory; and a regular expression that would never
 * come to an end is an exception when it meets such a text.
 *
 * <p>Nothing is allocated while encoding once the buffer has grown to the size of the texts, with three exceptions,
 * where the JDK does the work: Unicode normalisation forms of texts that are not in that form already, the grapheme
 * clusters of Precompiled in scripts that have any, and regular expressions other than those of GPT-2, cl100k, Llama 3,
 * Qwen and o200k, which are loops here.
 */
package dev.gpux.pipeline.text;
