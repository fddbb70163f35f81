package dev.gpux.pipeline.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Turns text into the token ids a model was trained with, as its {@code tokenizer.json} describes (the format of
 * Hugging Face tokenizers, version 1.0). Immutable and thread-safe; what changes while encoding is in the
 * {@link TokenBuffer}, one per thread.
 */
public final class Tokenizer {
    private final Parts parts;
    private final Template template;
    private final Optional<Truncation> truncation;

    private Tokenizer(Parts parts, Template template, Optional<Truncation> truncation) {
        this.parts = parts;
        this.template = template;
        this.truncation = truncation;
    }

    /** What a file describes, and what does not change. */
    record Parts(Normalizers normalizers, List<PreTokenizer> preTokenizers, Model model, AddedTokens addedTokens,
            Template template, Padding padding, List<Decoder> decoders) {
        Parts {
            preTokenizers = List.copyOf(preTokenizers);
            decoders = List.copyOf(decoders);
        }
    }

    /**
     * Reads a {@code tokenizer.json}.
     *
     * @throws TokenizerException if it cannot be read, is malformed, or names a component that is not supported
     */
    public static Tokenizer load(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
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

    static Tokenizer of(Parts parts, Optional<Truncation> truncation) {
        return new Tokenizer(parts, parts.template(), truncation);
    }

    /**
     * Encodes one text and appends it to the buffer as a row, truncated, with special tokens, not padded.
     *
     * @throws TokenizerException if the truncation cannot be done, or the text takes more than 2^26 elements of scratch
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
            boolean found = parts.addedTokens().inText().find(raw.array(), at, raw.length(), match);
            int end = found ? match.start() : raw.length();
            if (at < end && !encodeSection(raw, at, end, scratch, out) || !found) {
                return;
            }
            out.add(match.id());
            at = match.end();
        }
    }

    /** Encodes what stands between two added tokens; returns whether more is wanted. */
    private boolean encodeSection(Text raw, int from, int to, Scratch scratch, Ints out) {
        Text text = parts.normalizers().normalize(raw, from, to, scratch);
        TokenMatcher.Match match = scratch.normalizedMatch();
        int at = 0;
        while (at < text.length()) {
            boolean found = parts.addedTokens().inNormalized().find(text.array(), at, text.length(), match);
            int end = found ? match.start() : text.length();
            if (at < end && !encodePieces(text.array(), at, end, from == 0 && at == 0, scratch, out)) {
                return false;
            }
            if (!found) {
                return true;
            }
            out.add(match.id());
            at = match.end();
        }
        return true;
    }

    /** Cuts into pieces and encodes them; returns whether more is wanted. */
    private boolean encodePieces(char[] chars, int from, int to, boolean first, Scratch scratch, Ints out) {
        int enough = truncation.isPresent() ? truncation.get().enough() : Integer.MAX_VALUE;
        if (parts.preTokenizers().isEmpty()) {
            parts.model().encode(chars, from, to, scratch, out);
            return out.size() < enough;
        }
        Pieces pieces = scratch.pieces();
        Pieces spare = scratch.otherPieces();
        pieces.clear();
        parts.preTokenizers().get(0).cut(chars, from, to, first, pieces);
        for (int step = 1; step < parts.preTokenizers().size(); step++) {
            spare.clear();
            for (int i = 0; i < pieces.count(); i++) {
                parts.preTokenizers().get(step)
                        .cut(pieces.text().array(), pieces.start(i), pieces.end(i), first && i == 0, spare);
            }
            Pieces done = spare;
            spare = pieces;
            pieces = done;
        }
        for (int i = 0; i < pieces.count(); i++) {
            parts.model().encode(pieces.text().array(), pieces.start(i), pieces.end(i), scratch, out);
            if (out.size() >= enough) {
                return false;
            }
        }
        return true;
    }

    /** How rows are cut; empty: they are not. At first as the file says. */
    public Optional<Truncation> truncation() {
        return truncation;
    }

    /** The same tokenizer with another truncation. */
    public Tokenizer withTruncation(Truncation other) {
        return new Tokenizer(parts, template, Optional.of(other));
    }

    /** The same tokenizer without truncation. */
    public Tokenizer withoutTruncation() {
        return new Tokenizer(parts, template, Optional.empty());
    }

    /**
     * How the file says that rows are padded, for {@link TokenBuffer}'s writers. A file that says nothing gives padding
     * at the end, to the longest row, with the token {@code [PAD]} or {@code <pad>} if it has one, else id 0.
     */
    public Padding padding() {
        return parts.padding();
    }

    /** The same tokenizer with or without special tokens around the texts. */
    public Tokenizer withSpecialTokens(boolean wanted) {
        Template full = parts.template();
        return new Tokenizer(parts, wanted ? full : full.withoutSpecialTokens(), truncation);
    }

    /**
     * Turns ids back into text. Special tokens are left out, and so are ids that no token has. What normalisation took
     * away does not come back.
     */
    public String decode(int... ids) {
        List<String> tokens = Arrays.stream(ids)
                .mapToObj(this::token)
                .flatMap(Optional::stream)
                .filter(token -> parts.addedTokens().byContent(token).map(added -> !added.special()).orElse(true))
                .toList();
        for (Decoder decoder : parts.decoders()) {
            tokens = decoder.decode(tokens);
        }
        return String.join(parts.decoders().isEmpty() ? " " : "", tokens);
    }

    /** The id of a token, which is not the same as encoding it as a text. */
    public OptionalInt id(String token) {
        Optional<AddedToken> added = parts.addedTokens().byContent(token);
        if (added.isPresent()) {
            return OptionalInt.of(added.get().id());
        }
        int id = parts.model().vocabulary().id(token);
        return id == Vocabulary.NONE ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The token with an id, as it stands in the file. */
    public Optional<String> token(int id) {
        return parts.addedTokens().byId(id).map(AddedToken::content).or(() -> parts.model().vocabulary().token(id));
    }

    /** Number of tokens, added ones included. */
    public int vocabularySize() {
        return parts.model().vocabulary().size() + parts.addedTokens().beyond(parts.model().vocabulary());
    }
}
