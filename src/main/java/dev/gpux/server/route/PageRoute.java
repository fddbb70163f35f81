package dev.gpux.server.route;

import dev.gpux.engine.InputSlot;
import dev.gpux.gpuxfile.InputSpec.Type;
import dev.gpux.pipeline.Input;
import dev.gpux.server.http.HttpException;
import dev.gpux.server.http.Response;
import dev.gpux.server.model.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** {@code GET /}: a page to try the models; and what it has to know of them. */
final class PageRoute {
    /** A larger default is left to the server: the page would have it twice as text. */
    private static final int MOST_SHOWN = 1 << 20;
    private static final String RESOURCE = "/dev/gpux/server/page.html";
    /** The page loads nothing from anywhere, and no other page may frame it. */
    private static final List<String> POLICY = List.of("Content-Security-Policy: default-src 'none'; "
        + "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src blob: data:; "
        + "media-src blob: data:; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'", "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer", "Cache-Control: no-cache");

    private final Repository repository;
    private final byte[] html;

    PageRoute(Repository repository) {
        this.repository = repository;
        try (var in = PageRoute.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the page is missing from this jar: " + RESOURCE);
            }
            this.html = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    Response page() {
        return new Response(200, "text/html; charset=utf-8", POLICY, html);
    }

    /** {@code /page/models}: what the page's form is made of. */
    Response models(String what) {
        if (!what.equals("models")) {
            throw new HttpException(404, "there is nothing at /page/" + (what.length() > 60 ? "…" : what));
        }
        return JsonAnswer.of(200, json -> {
            json.writeStartArray();
            for (var listed : repository.list()) {
                if (listed.served().isEmpty()) {
                    continue;
                }
                var engine = listed.served().get().engine();
                json.writeStartObject();
                json.writeStringField("name", listed.name());
                json.writeStringField("version", listed.version());
                json.writeStringField("description", engine.gpuxfile().description().orElse(""));
                json.writeStringField("provider", engine.report().summary());
                json.writeArrayFieldStart("inputs");
                for (var slot : engine.inputs()) {
                    json.writeStartObject();
                    json.writeStringField("name", slot.name());
                    json.writeStringField("type", slot.tensor().isPresent() ? "tensor"
                        : slot.type().name().toLowerCase(Locale.ROOT));
                    json.writeStringField("declared", slot.toString());
                    json.writeStringField("description", slot.description());
                    json.writeBooleanField("list", slot.list());
                    json.writeStringField("initial", initial(slot));
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** What the field shows at first: a text, several in lines, or a picture or sound as a data URL. */
    private static String initial(InputSlot slot) {
        return slot.initial().map(input -> switch (input) {
            case Input.Text(var text) -> text;
            case Input.Several(var several) -> String.join("\n", several.stream().map(one ->
                one instanceof Input.Text(var text) ? text : "").toList());
            case Input.Encoded(var bytes, _) when bytes.length <= MOST_SHOWN && slot.type() != Type.TENSOR ->
                "data:" + mediaType(bytes) + ";base64," + Base64.getEncoder().encodeToString(bytes);
            default -> "";
        }).orElse("");
    }

    /** By the file's first bytes. */
    private static String mediaType(byte[] bytes) {
        return switch (bytes.length == 0 ? 0 : bytes[0] & 0xFF) {
            case 0x89 -> "image/png";
            case 0xFF -> "image/jpeg";
            case 'G' -> "image/gif";
            case 'B' -> "image/bmp";
            case 'R' -> "audio/wav";
            default -> "application/octet-stream";
        };
    }
}
