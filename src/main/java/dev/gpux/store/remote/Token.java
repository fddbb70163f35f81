package dev.gpux.store.remote;

import java.net.URI;

/**
 * What a server wants to see of who asks.
 *
 * @param origin the one server that it is shown to
 * @param secret the token
 */
public record Token(URI origin, String secret) {
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
