package dev.gpux.server.http;

import java.io.IOException;

/** What a server does with requests; called by the threads of many connections at once. */
public interface Handler {
    /**
     * Answers one request, through {@link Exchange#send} or {@link Exchange#answer}.
     *
     * @throws HttpException for an answer that is an error
     * @throws IOException if the connection is broken
     */
    void handle(Exchange exchange) throws IOException;

    /** The answer to a request that failed; {@code message} is for the client. */
    Response failure(int status, String message);

    /** A request was answered, or its client has gone; for the access log and the metrics. */
    void done(Exchange exchange, long nanos);
}
