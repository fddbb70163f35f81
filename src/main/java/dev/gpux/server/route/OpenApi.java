package dev.gpux.server.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.engine.InputSlot;
import dev.gpux.gpuxfile.InputSpec.Type;
import dev.gpux.server.http.Response;
import dev.gpux.server.model.Repository;
import dev.gpux.server.model.ServedModel;
import java.io.IOException;
import java.util.List;

/** {@code GET /openapi.json}: what can be asked, for the models that are loaded now. */
final class OpenApi {
    private final Repository repository;
    private final String version;

    OpenApi(Repository repository, String version) {
        this.repository = repository;
        this.version = version;
    }

    Response document() {
        var models = repository.list().stream().flatMap(listed -> listed.served().stream()).toList();
        return JsonAnswer.of(200, json -> {
            json.writeStartObject();
            json.writeStringField("openapi", "3.1.0");
            json.writeObjectFieldStart("info");
            json.writeStringField("title", "GPUX");
            json.writeStringField("version", version);
            json.writeEndObject();
            json.writeObjectFieldStart("paths");
            get(json, "/v2", "The server and its extensions");
            get(json, "/v2/health/live", "Whether the server lives");
            get(json, "/v2/health/ready", "Whether every model answers");
            get(json, "/v2/models/stats", "What was counted of all models");
            get(json, "/metrics", "Metrics in Prometheus's text format");
            for (var model : models) {
                get(json, "/v2/models/" + model.name(), "What " + model.name() + " takes and gives");
                infer(json, model);
                predict(json, model);
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void get(JsonGenerator json, String path, String summary) throws IOException {
        json.writeObjectFieldStart(path);
        json.writeObjectFieldStart("get");
        json.writeStringField("summary", summary);
        responses(json);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void responses(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("responses");
        json.writeObjectFieldStart("200");
        json.writeStringField("description", "The answer");
        json.writeEndObject();
        json.writeObjectFieldStart("default");
        json.writeStringField("description", "What is wrong: {\"error\": …}");
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void infer(JsonGenerator json, ServedModel model) throws IOException {
        json.writeObjectFieldStart("/v2/models/" + model.name() + "/infer");
        json.writeObjectFieldStart("post");
        json.writeStringField("summary", "Tensors in, tensors out (Open Inference Protocol)");
        body(json, "application/json");
        json.writeStringField("type", "object");
        required(json, List.of("inputs"));
        json.writeObjectFieldStart("properties");
        json.writeObjectFieldStart("inputs");
        json.writeStringField("type", "array");
        json.writeStringField("description", String.join(", ", model.engine().session().inputs().stream()
            .map(Object::toString).toList()));
        json.writeEndObject();
        json.writeEndObject();
        endBody(json);
        responses(json);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void predict(JsonGenerator json, ServedModel model) throws IOException {
        var slots = model.engine().inputs();
        json.writeObjectFieldStart("/predict/" + model.name());
        json.writeObjectFieldStart("post");
        json.writeStringField("summary", model.engine().gpuxfile().description().orElse("Run " + model.name()));
        body(json, "application/json");
        json.writeStringField("type", "object");
        required(json, slots.stream().filter(slot -> slot.initial().isEmpty()).map(InputSlot::name).toList());
        json.writeObjectFieldStart("properties");
        for (var slot : slots) {
            json.writeObjectFieldStart(slot.name());
            if (slot.tensor().isPresent()) {
                json.writeStringField("description", slot.toString());
            } else {
                json.writeStringField("type", "string");
                if (slot.type() != Type.TEXT) {
                    json.writeStringField("contentEncoding", "base64");
                }
                if (!slot.description().isEmpty()) {
                    json.writeStringField("description", slot.description());
                }
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        endBody(json);
        responses(json);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void body(JsonGenerator json, String type) throws IOException {
        json.writeObjectFieldStart("requestBody");
        json.writeBooleanField("required", true);
        json.writeObjectFieldStart("content");
        json.writeObjectFieldStart(type);
        json.writeObjectFieldStart("schema");
    }

    private static void endBody(JsonGenerator json) throws IOException {
        for (int i = 0; i < 4; i++) {
            json.writeEndObject();
        }
    }

    private static void required(JsonGenerator json, List<String> names) throws IOException {
        json.writeArrayFieldStart("required");
        for (var name : names) {
            json.writeString(name);
        }
        json.writeEndArray();
    }
}
