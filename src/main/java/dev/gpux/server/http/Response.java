package dev.gpux.server.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer whose body lies on the heap.
 *
 * @param status the HTTP status
 * @param contentType of the body
 * @param headers further header lines, {@code Name: value}
 * @param body the bytes; not to be changed any more
 */
public record Response(int status, String contentType, List<String> headers, byte[] body) {
    /** {@code application/json}. */
    public static final String JSON = "application/json";

    /** Keeps an immutable copy of the list. */
    public Response {
        headers = List.copyOf(headers);
    }

    /** An answer of text. */
    public static Response text(int status, String contentType, String text) {
        return new Response(status, contentType, List.of(), text.getBytes(StandardCharsets.UTF_8));
    }

    /** An answer without a body. */
    public static Response empty(int status) {
        return new Response(status, "", List.of(), new byte[0]);
    }

    /** With a further header line. */
    public Response with(String header) {
        var more = new ArrayList<>(headers);
        more.add(header);
        return new Response(status, contentType, more, body);
    }
}
