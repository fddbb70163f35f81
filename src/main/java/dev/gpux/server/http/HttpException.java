package dev.gpux.server.http;

import java.io.Serial;

/** A request cannot be answered as it was meant: the status says of what kind the reason is, the message says it. */
public final class HttpException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean fatal;

    /** An answer with this status and message. */
    public HttpException(int status, String message) {
        this(status, message, false);
    }

    private HttpException(int status, String message, boolean fatal) {
        // A client's mistake is an answer, not a fault of this program: no stack trace, which would cost most of it.
        super(message, null, false, false);
        this.status = status;
        this.fatal = fatal;
    }

    /** One after which nothing more can be read from the connection: where the next request begins is not known. */
    static HttpException fatal(int status, String message) {
        return new HttpException(status, message, true);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    boolean isFatal() {
        return fatal;
    }
}
