package dev.gpux.pipeline.text;

/** The memory that encoding works in: kept between calls, so that in the steady state nothing is allocated. */
final class Scratch {
    private final Text raw = new Text();
    private final Text section = new Text();
    private final Text otherSection = new Text();
    private final Pieces pieces = new Pieces();
    private final Pieces otherPieces = new Pieces();
    private final TokenMatcher.Match match = new TokenMatcher.Match();
    private final TokenMatcher.Match normalizedMatch = new TokenMatcher.Match();
    private final Merger merger = new Merger();
    private final Lattice lattice = new Lattice();
    private long[] hashes = new long[64];
    private final Ints first = new Ints();
    private final Ints second = new Ints();

    /** The text as given. */
    Text raw() {
        return raw;
    }

    Text section() {
        return section;
    }

    Text otherSection() {
        return otherSection;
    }

    Pieces pieces() {
        return pieces;
    }

    Pieces otherPieces() {
        return otherPieces;
    }

    TokenMatcher.Match match() {
        return match;
    }

    TokenMatcher.Match normalizedMatch() {
        return normalizedMatch;
    }

    Merger merger() {
        return merger;
    }

    Lattice lattice() {
        return lattice;
    }

    /** An array of at least {@code length}. */
    long[] hashes(int length) {
        if (length > hashes.length) {
            hashes = new long[Growth.capacity(hashes.length, length)];
        }
        return hashes;
    }

    /** The ids of the first text. */
    Ints first() {
        return first;
    }

    /** The ids of the second text of a pair. */
    Ints second() {
        return second;
    }
}
