package dev.gpux.server.http;

/**
 * The first line and the headers of a request.
 *
 * @param method {@code GET}, {@code POST}, …
 * @param path the target's path as sent, without the query
 * @param query what stands behind the question mark; may be empty
 * @param isVersion11 HTTP/1.1; else 1.0
 * @param headers the header lines
 */
public record RequestHead(String method, String path, String query, boolean isVersion11, Headers headers) {
    /** Whether the client wants another request on the same connection. */
    boolean keepsAlive() {
        return isVersion11 ? !headers.hasToken("connection", "close") : headers.hasToken("connection", "keep-alive");
    }
}
