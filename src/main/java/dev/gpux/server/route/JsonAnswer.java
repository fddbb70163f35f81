package dev.gpux.server.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.server.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Small JSON answers. */
final class JsonAnswer {
    private static final JsonFactory FACTORY = new JsonFactory();

    @FunctionalInterface
    interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private JsonAnswer() { }

    static Response of(int status, Content content) {
        return new Response(status, Response.JSON, List.of(), bytes(content));
    }

    /** One document as text. */
    static String text(Content content) {
        return new String(bytes(content), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Content content) {
        var bytes = new ByteArrayOutputStream();
        try (var json = FACTORY.createGenerator(bytes)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("an array on the heap does no I/O", e);
        }
        return bytes.toByteArray();
    }

    /** {@code {"error": "…"}}. */
    static Response error(int status, String message) {
        return of(status, json -> {
            json.writeStartObject();
            json.writeStringField("error", message == null || message.isBlank() ? "status " + status : message);
            json.writeEndObject();
        });
    }
}
