package dev.gpux.store.remote;

import java.util.Set;

/** Status codes of HTTP (RFC 9110 section 15; 429: RFC 6585 section 4). */
final class Status {
    static final int OK = 200;
    static final int PARTIAL_CONTENT = 206;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int GONE = 410;
    static final int RANGE_NOT_SATISFIABLE = 416;
    static final int TOO_MANY_REQUESTS = 429;

    /** What may be otherwise the next time. */
    private static final Set<Integer> PASSING = Set.of(408, 425, TOO_MANY_REQUESTS, 500, 502, 503, 504);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private Status() { }

    static boolean isPassing(int status) {
        return PASSING.contains(status);
    }

    static boolean isRedirect(int status) {
        return REDIRECTS.contains(status);
    }
}
