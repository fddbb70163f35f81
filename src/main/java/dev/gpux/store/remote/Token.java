package dev.gpux.store.remote;

import java.net.URI;

/**
 * What a server wants to see of who asks.
 *
 * @param origin the one server that it is shown to
 * @param secret the token
 */
public record Token(URI origin, String secret) {
    /**
     * Checks the token, for whoever sends it would show it in an error.
     *
     * @throws DownloadException if it has a space, a line break, or anything else that no token has
     */
    public Token {
        if (!isPossible(secret)) {
            throw new DownloadException("the token for " + Address.shown(origin)
                + " has a space, a line break or another character that no token has");
        }
    }

    /** Whether it is visible ASCII, as what stands in a header has to be. */
    public static boolean isPossible(String secret) {
        return !secret.isEmpty() && secret.chars().allMatch(c -> c > ' ' && c < 127);
    }

    /** Whether a request for this address carries it. */
    boolean isFor(URI uri) {
        return Address.sameOrigin(origin, uri);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "a token for " + Address.shown(origin);
    }
}
