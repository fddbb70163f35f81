package dev.gpux.store.remote;

import dev.gpux.store.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a server answered in the end, after all redirects.
 *
 * @param uri the address that answered
 * @param status the status code
 * @param headers the headers of the answer
 * @param first the headers of the first server that was asked; the same where it did not redirect
 * @param body the content
 */
record Answer(URI uri, int status, HttpHeaders headers, HttpHeaders first, InputStream body)
    implements AutoCloseable {
    /** The range of a partial answer: {@code bytes 100-199/1000} (RFC 9110 section 14.4). */
    record Range(long from, OptionalLong total) { }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    OptionalLong length() {
        return header("Content-Length").map(Answer::number).orElse(OptionalLong.empty());
    }

    /**
     * What names this very content, so that the rest of another one is not taken for the rest of it; empty if the server
     * gives nothing of that kind. Weak validators ({@code W/"…"}) do not (RFC 9110 section 8.8.1).
     */
    Optional<String> validator() {
        return header("ETag").filter(tag -> tag.startsWith("\"")).or(() -> header("Last-Modified"));
    }

    Optional<Range> range() {
        var text = header("Content-Range").orElse("");
        int slash = text.indexOf('/');
        if (!text.startsWith("bytes ") || slash < 0) {
            return Optional.empty();
        }
        var total = number(text.substring(slash + 1));
        int dash = text.indexOf('-');
        var from = dash < 0 ? OptionalLong.of(-1) : number(text.substring("bytes ".length(), Math.min(dash, slash)));
        return from.isPresent() ? Optional.of(new Range(from.getAsLong(), total)) : Optional.empty();
    }

    /** What the first server says of the file that it redirects to: model hubs keep large files elsewhere. */
    Expected announced() {
        var digest = first.firstValue("X-Linked-Etag").map(tag -> tag.replace("\"", "")).flatMap(Digest::parse);
        return new Expected(first.firstValue("X-Linked-Size").map(Answer::number).orElse(OptionalLong.empty()), digest);
    }

    private static OptionalLong number(String text) {
        var digits = text.strip();
        if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(digits));
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            // The connection is gone already.
        }
    }
}
