package dev.gpux.server.route;

import dev.gpux.server.http.Exchange;
import dev.gpux.server.http.HttpException;
import dev.gpux.server.http.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who may ask: the bearer token, and pages of other origins. */
final class Guard {
    private static final String SCHEME = "bearer ";

    private final Optional<byte[]> token;
    private final Optional<String> origin;

    Guard(RouteSettings settings) {
        this.token = settings.token().map(text -> text.getBytes(StandardCharsets.UTF_8));
        this.origin = settings.cors();
    }

    /** Lets pages of the allowed origin read the answers to this request. */
    void allowOrigin(Exchange exchange, List<String> lines) {
        var given = exchange.head().headers().first("origin");
        if (origin.isEmpty() || given.isEmpty() || !origin.get().equals("*") && !origin.get().equals(given.get())) {
            exchange.always(lines);
            return;
        }
        var more = new ArrayList<>(lines);
        more.add("Access-Control-Allow-Origin: " + origin.get());
        more.add("Access-Control-Expose-Headers: Inference-Header-Content-Length, X-Request-Id, Retry-After");
        more.add("Vary: Origin");
        exchange.always(more);
    }

    /** The answer to a browser that asks whether a page may do something. */
    Response preflight() {
        if (origin.isEmpty()) {
            throw new HttpException(405, "this server answers no pages of other origins; start it with --cors ORIGIN");
        }
        return Response.empty(204).with("Access-Control-Allow-Methods: GET, POST")
            .with("Access-Control-Allow-Headers: Authorization, Content-Type, Content-Encoding, "
                + "Inference-Header-Content-Length, X-Request-Id, X-Timeout-Ms").with("Access-Control-Max-Age: 600");
    }

    /** Refuses a client without the token. How long the comparison takes says nothing of the token. */
    void requireToken(Exchange exchange) {
        if (token.isEmpty()) {
            return;
        }
        var given = exchange.head().headers().first("authorization").orElse("");
        boolean known = given.length() > SCHEME.length()
            && given.substring(0, SCHEME.length()).equalsIgnoreCase(SCHEME)
            && MessageDigest.isEqual(token.get(),
                given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
        if (!known) {
            throw new HttpException(401, "this server wants a token: Authorization: Bearer …");
        }
    }
}
