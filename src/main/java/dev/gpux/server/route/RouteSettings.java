package dev.gpux.server.route;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How requests are treated.
 *
 * @param timeout how long a request may take unless its model's GPUXfile or itself says otherwise
 * @param allowLoad whether models may be loaded and unloaded over HTTP
 * @param token what a client must show as a bearer token
 * @param cors the origin whose pages may call this server, {@code *} for any
 * @param perClient the most requests for models that one client, an address, may have under way; unlimited if empty
 */
public record RouteSettings(Duration timeout, boolean allowLoad, Optional<String> token, Optional<String> cors,
                            OptionalInt perClient) {
    /** 30 s, no loading, anybody who can reach the server and as much as they like, no pages of other origins. */
    public static final RouteSettings STANDARD = new RouteSettings(Duration.ofSeconds(30), false, Optional.empty(),
        Optional.empty(), OptionalInt.empty());

    /** With or without loading and unloading over HTTP. */
    public RouteSettings withAllowLoad(boolean allowed) {
        return new RouteSettings(timeout, allowed, token, cors, perClient);
    }

    /** For clients that show this token. */
    public RouteSettings withToken(String wanted) {
        return new RouteSettings(timeout, allowLoad, Optional.of(wanted), cors, perClient);
    }

    /** For pages of this origin, too. */
    public RouteSettings withCors(String origin) {
        return new RouteSettings(timeout, allowLoad, token, Optional.of(origin), perClient);
    }

    /** With this many requests of a client under way. */
    public RouteSettings withPerClient(int most) {
        return new RouteSettings(timeout, allowLoad, token, cors, OptionalInt.of(most));
    }
}
