package dev.gpux.store.remote;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** Addresses on the net: which are allowed, which are of one server, how they are shown. */
final class Address {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private Address() { }

    /** Why nothing is fetched from an address; empty if it is fine. */
    static Optional<String> problem(URI uri) {
        var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !scheme.equals("https") && !scheme.equals("http")) {
            return Optional.of("expected https://…");
        }
        if (scheme.equals("http") && !isThisMachine(uri)) {
            return Optional.of("http:// is open to changes on the way; expected https://");
        }
        return uri.getUserInfo() == null ? Optional.empty() : Optional.of("an address holds no credentials");
    }

    static boolean isThisMachine(URI uri) {
        var host = uri.getHost().toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }

    /** Whether two addresses have the same scheme, host and port (RFC 6454, an origin). */
    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme()) && one.getHost().equalsIgnoreCase(other.getHost())
            && port(one) == port(other);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equalsIgnoreCase("https") ? HTTPS_PORT : HTTP_PORT;
    }

    /** For people: without query and fragment, which may hold a signature. */
    static String shown(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
            + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }
}
