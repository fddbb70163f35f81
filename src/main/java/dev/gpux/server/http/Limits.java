package dev.gpux.server.http;

import java.time.Duration;

/**
 * What a client may cost the server.
 *
 * @param connections open at once; further ones get a 503 and are closed
 * @param headBytes of a request's first line and headers together
 * @param bodyBytes of a request's body, as sent and as unpacked
 * @param requestTime from the first byte of a request to its last
 * @param idleTime between two requests of a connection
 * @param writeTime without the client reading a byte of an answer
 */
public record Limits(int connections, int headBytes, long bodyBytes, Duration requestTime, Duration idleTime,
                     Duration writeTime) {
    /** Sound defaults: 64 MB bodies, 16 KiB heads, 30 s to send a request. */
    public static final Limits STANDARD = new Limits(4096, 16 * 1024, 64_000_000, Duration.ofSeconds(30),
        Duration.ofSeconds(60), Duration.ofSeconds(30));

    /** With another limit of bodies. */
    public Limits withBodyBytes(long bytes) {
        return new Limits(connections, headBytes, bytes, requestTime, idleTime, writeTime);
    }

    /** With another limit of connections. */
    public Limits withConnections(int most) {
        return new Limits(most, headBytes, bodyBytes, requestTime, idleTime, writeTime);
    }

    /** With another time to send a request. */
    public Limits withRequestTime(Duration most) {
        return new Limits(connections, headBytes, bodyBytes, most, idleTime, writeTime);
    }
}
