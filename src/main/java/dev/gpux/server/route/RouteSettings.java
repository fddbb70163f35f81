package dev.gpux.server.route;

import java.time.Duration;
import java.util.Optional;

/**
 * How requests are treated.
 *
 * @param timeout how long a request may take unless its model's GPUXfile or itself says otherwise
 * @param allowLoad whether models may be loaded and unloaded over HTTP
 * @param token what a client must show as a bearer token
 * @param cors the origin whose pages may call this server, {@code *} for any
 */
public record RouteSettings(Duration timeout, boolean allowLoad, Optional<String> token, Optional<String> cors) {
    /** 30 s, no loading, anybody who can reach the server, no pages of other origins. */
    public static final RouteSettings STANDARD = new RouteSettings(Duration.ofSeconds(30), false, Optional.empty(),
        Optional.empty());
}
