package dev.gpux.store.remote;

import java.io.Serial;

/**
 * Something could not be fetched: the server refuses, is not there, or does not send what it announced. The message is
 * for people: what, from where, why, what to do.
 */
public final class DownloadException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;

    DownloadException(String message) {
        this(message, 0);
    }

    DownloadException(String message, int status) {
        super(message);
        this.status = status;
    }

    /** The same with a word on what to do. */
    public DownloadException withHint(String hint) {
        return new DownloadException(getMessage() + "; " + hint, status);
    }

    /** Whether the server says that there is no such file (status 404 or 410). */
    public boolean isNotFound() {
        return status == Status.NOT_FOUND || status == Status.GONE;
    }

    /** Whether the server wants to know who asks, or says no to who asks (status 401 or 403). */
    public boolean isForbidden() {
        return status == Status.UNAUTHORIZED || status == Status.FORBIDDEN;
    }
}
