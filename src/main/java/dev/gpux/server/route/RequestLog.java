package dev.gpux.server.route;

import dev.gpux.server.http.Exchange;

/** Hears of every request that is over. Thread-safe. */
@FunctionalInterface
public interface RequestLog {
    /** A request was answered after {@code nanos}, or its client has gone. */
    void request(Exchange exchange, long nanos);

    /** Nobody listens. */
    static RequestLog none() {
        return (_, _) -> { };
    }
}
