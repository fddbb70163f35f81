package dev.gpux.pipeline.text;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Turns text into the token ids a model was trained with, as its {@code tokenizer.json} describes (the format of
 * Hugging Face tokenizers, version 1.0). Immutable and thread-safe; what changes while encoding is in the
 * {@link TokenBuffer}, one per thread.
 */
public final class Tokenizer {
    private final Normalizers normalizers;
    private final List<PreTokenizer> preTokenizers;
    private final Model model;
    private final AddedTokens addedTokens;
    private final Template fullTemplate;
    private final Template template;
    private final Optional<Truncation> truncation;
    private final Padding padding;

    private Tokenizer(Normalizers normalizers, List<PreTokenizer> preTokenizers, Model model, AddedTokens addedTokens,
            Template fullTemplate, Template template, Optional<Truncation> truncation, Padding padding) {
        this.normalizers = normalizers;
        this.preTokenizers = preTokenizers;
        this.model = model;
        this.addedTokens = addedTokens;
        this.fullTemplate = fullTemplate;
        this.template = template;
        this.truncation = truncation;
        this.padding = padding;
    }

    /**
     * Reads a {@code tokenizer.json}.
     *
     * @throws TokenizerException if it cannot be read, is malformed, or names a component that is not supported
     */
    public static Tokenizer load(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(in, file.toString());
        } catch (IOException e) {
            throw new TokenizerException("cannot read the tokenizer file " + file + ": " + e, e);
        }
    }

    /**
     * Reads a {@code tokenizer.json} from a stream, which stays open.
     *
     * @param source what errors call it
     * @throws TokenizerException as {@link #load}
     */
    public static Tokenizer read(InputStream json, String source) {
        try {
            return TokenizerReader.read(TokenizerFile.read(json, source));
        } catch (IOException e) {
            throw new TokenizerException("cannot read the tokenizer file " + source + ": " + e, e);
        }
    }

    static Tokenizer of(Normalizers normalizers, List<PreTokenizer> preTokenizers, Model model, AddedTokens addedTokens,
            Template template, Optional<Truncation> truncation, Padding padding) {
        return new Tokenizer(normalizers, List.copyOf(preTokenizers), model, addedTokens, template, template, truncation,
                padding);
    }

    /**
     * Encodes one text and appends it to the buffer as a row, truncated, with special tokens, not padded.
     *
     * @throws TokenizerException if the truncation cannot be done, or the text takes more than 2^30 elements of scratch
     */
    public void encode(CharSequence text, TokenBuffer into) {
        Scratch scratch = into.scratch();
        encodeText(text, scratch, scratch.first());
        scratch.second().clear();
        finish(false, into);
    }

    /**
     * Encodes a pair of texts, such as question and passage, and appends it to the buffer as one row.
     *
     * @throws TokenizerException as for one text; also if the file describes no pairs
     */
    public void encode(CharSequence first, CharSequence second, TokenBuffer into) {
        if (template.pair().isEmpty()) {
            throw new TokenizerException("this tokenizer has no template for pairs of texts; give it one text");
        }
        Scratch scratch = into.scratch();
        encodeText(first, scratch, scratch.first());
        encodeText(second, scratch, scratch.second());
        finish(true, into);
    }

    private void finish(boolean pair, TokenBuffer into) {
        Scratch scratch = into.scratch();
        if (truncation.isPresent()) {
            truncation.get().apply(scratch.first(), scratch.second(), template.specialTokens(pair), pair);
        }
        into.append(pair ? template.pair() : template.single(), scratch.first(), scratch.second());
    }

    private void encodeText(CharSequence text, Scratch scratch, Ints out) {
        out.clear();
        Text raw = scratch.raw();
        raw.set(text);
        TokenMatcher.Match match = scratch.match();
        int at = 0;
        while (at < raw.length()) {
            boolean found = addedTokens.inText().find(raw.chars(), at, raw.length(), match);
            int end = found ? match.start() : raw.length();
            if (at < end) {
                encodeSection(raw, at, end, scratch, out);
            }
            if (!found) {
                return;
            }
            out.add(match.id());
            at = match.end();
        }
    }

    /** Encodes what stands between two added tokens. */
    private void encodeSection(Text raw, int from, int to, Scratch scratch, Ints out) {
        Text text = normalizers.normalize(raw, from, to, scratch);
        TokenMatcher.Match match = scratch.normalizedMatch();
        int at = 0;
        while (at < text.length()) {
            boolean found = addedTokens.inNormalized().find(text.chars(), at, text.length(), match);
            int end = found ? match.start() : text.length();
            if (at < end) {
                encodePieces(text.chars(), at, end, from == 0 && at == 0, scratch, out);
            }
            if (!found) {
                return;
            }
            out.add(match.id());
            at = match.end();
        }
    }

    private void encodePieces(char[] chars, int from, int to, boolean first, Scratch scratch, Ints out) {
        if (preTokenizers.isEmpty()) {
            model.encode(chars, from, to, scratch, out);
            return;
        }
        Pieces pieces = scratch.pieces();
        Pieces spare = scratch.otherPieces();
        pieces.clear();
        preTokenizers.get(0).cut(chars, from, to, first, pieces);
        for (int step = 1; step < preTokenizers.size(); step++) {
            spare.clear();
            for (int i = 0; i < pieces.count(); i++) {
                preTokenizers.get(step)
                        .cut(pieces.text().chars(), pieces.start(i), pieces.end(i), first && i == 0, spare);
            }
            Pieces done = spare;
            spare = pieces;
            pieces = done;
        }
        for (int i = 0; i < pieces.count(); i++) {
            model.encode(pieces.text().chars(), pieces.start(i), pieces.end(i), scratch, out);
        }
    }

    /** How rows are cut; empty: they are not. At first as the file says. */
    public Optional<Truncation> truncation() {
        return truncation;
    }

    /** The same tokenizer with another truncation. */
    public Tokenizer withTruncation(Truncation other) {
        return new Tokenizer(normalizers, preTokenizers, model, addedTokens, fullTemplate, template, Optional.of(other),
                padding);
    }

    /** The same tokenizer without truncation. */
    public Tokenizer withoutTruncation() {
        return new Tokenizer(normalizers, preTokenizers, model, addedTokens, fullTemplate, template, Optional.empty(),
                padding);
    }

    /**
     * How the file says that rows are padded, for {@link TokenBuffer}'s writers. A file that says nothing gives padding
     * at the end, to the longest row, with the token {@code [PAD]} or {@code <pad>} if it has one, else id 0.
     */
    public Padding padding() {
        return padding;
    }

    /** The same tokenizer with or without special tokens around the texts. */
    public Tokenizer withSpecialTokens(boolean wanted) {
        return new Tokenizer(normalizers, preTokenizers, model, addedTokens, fullTemplate,
                wanted ? fullTemplate : fullTemplate.withoutSpecialTokens(), truncation, padding);
    }

    /** The id of a token, which is not the same as encoding it as a text. */
    public OptionalInt id(String token) {
        Optional<AddedToken> added = addedTokens.byContent(token);
        if (added.isPresent()) {
            return OptionalInt.of(added.get().id());
        }
        int id = model.vocabulary().id(token);
        return id == Trie.NONE ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The token with an id, as it stands in the file. */
    public Optional<String> token(int id) {
        return addedTokens.byId(id).map(AddedToken::content).or(() -> model.vocabulary().token(id));
    }

    /** Number of tokens, added ones included. */
    public int vocabularySize() {
        return model.vocabulary().size() + addedTokens.beyond(model.vocabulary());
    }
}
