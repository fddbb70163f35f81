package dev.gpux.pipeline.text;

import java.util.Objects;

/**
 * How rows are made equally long ({@code padding} of a {@code tokenizer.json}). Padded places have attention mask 0.
 *
 * @param fixedLength the least length of the rows; 0: as long as the longest row of the batch
 * @param multipleOf the length is rounded up to a multiple of this; 1: it is not
 * @param side the end at which padding is added
 * @param id token id of the padding
 * @param typeId token type id of the padding
 */
public record Padding(int fixedLength, int multipleOf, Side side, int id, int typeId) {

    /** @throws TokenizerException if {@code fixedLength} is negative or {@code multipleOf} is not positive */
    public Padding {
        Objects.requireNonNull(side, "side");
        if (fixedLength < 0 || multipleOf < 1) {
            throw new TokenizerException("padding: the length is " + fixedLength + " and the multiple is " + multipleOf
                    + ", expected 0 or more and 1 or more");
        }
    }

    /** Pads at the end, to the longest row of the batch. */
    public static Padding longest(int id) {
        return new Padding(0, 1, Side.RIGHT, id, 0);
    }

    /** The same padding to the longest row of the batch. */
    public Padding toLongest() {
        return new Padding(0, multipleOf, side, id, typeId);
    }

    /** The same padding to at least {@code length} tokens. */
    public Padding toFixed(int length) {
        return new Padding(length, multipleOf, side, id, typeId);
    }

    /**
     * The common length of the rows: {@code s} of the tensors {@code [rows, s]}.
     *
     * @throws TokenizerException if that is not an int
     */
    public int length(TokenBuffer tokens) {
        long length = Math.max(fixedLength, tokens.longest());
        long rest = length % multipleOf;
        if (rest > 0) {
            length += multipleOf - rest;
        }
        if (length > Integer.MAX_VALUE) {
            throw new TokenizerException("padding: rows of " + length + " tokens are more than a tensor's axis can be");
        }
        return (int) length;
    }
}
