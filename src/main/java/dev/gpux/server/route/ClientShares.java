package dev.gpux.server.route;

import dev.gpux.server.http.HttpException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many requests for models each client has under way, a client being an address: one of them cannot fill the queue
 * for all. Thread-safe.
 */
final class ClientShares {
    private final int most;
    /** Only of clients that have any: as many as there are connections, at most. */
    private final ConcurrentHashMap<String, Integer> underWay = new ConcurrentHashMap<>();

    /** What a request takes of its client's share, until closed. */
    record Share(ClientShares shares, String client) implements AutoCloseable {
        @Override
        public void close() {
            shares.underWay.computeIfPresent(client, (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** @param most the requests that one client may have under way */
    ClientShares(int most) {
        this.most = most;
    }

    /**
     * Lets a client's request in.
     *
     * @throws HttpException 429 if the client has as many under way as it may have
     */
    Share take(String client) {
        underWay.merge(client, 1, (count, one) -> {
            if (count >= most) {
                throw new HttpException(429, "this client has " + most + (most == 1 ? " request" : " requests")
                    + " under way, as many as one may have here; send the next when one is answered");
            }
            return count + one;
        });
        return new Share(this, client);
    }
}
