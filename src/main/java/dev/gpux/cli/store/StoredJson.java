package dev.gpux.cli.store;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.store.Tagged;
import java.io.IOException;
import java.util.List;

/** Names and their bundles as JSON. */
final class StoredJson {
    private StoredJson() { }

    /** Prints {@code {"models":[{"name":…,"digest":…}]}}. */
    static void print(Terminal terminal, List<Tagged> tagged) {
        Json.print(terminal, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("models");
            for (var model : tagged) {
                write(json, model);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, Tagged tagged) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", tagged.name().toString());
        json.writeStringField("digest", tagged.bundle().toString());
        json.writeEndObject();
    }
}
