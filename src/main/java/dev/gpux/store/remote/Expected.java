package dev.gpux.store.remote;

import dev.gpux.store.Digest;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a file before it is fetched.
 *
 * @param size its length in bytes
 * @param digest its content
 */
public record Expected(OptionalLong size, Optional<Digest> digest) {
    /** Nothing is known. */
    public static final Expected ANYTHING = new Expected(OptionalLong.empty(), Optional.empty());

    /** A content of which the length is not known. */
    public static Expected of(Digest digest) {
        return new Expected(OptionalLong.empty(), Optional.of(digest));
    }

    /** This, and what {@code other} knows where this knows nothing. */
    Expected or(Expected other) {
        return new Expected(size.isPresent() ? size : other.size, digest.or(other::digest));
    }
}
