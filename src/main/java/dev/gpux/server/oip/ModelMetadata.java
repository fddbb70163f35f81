package dev.gpux.server.oip;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.ort.ValueType.TensorType;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What {@code GET /v2/models/NAME} says. */
public final class ModelMetadata {
    private ModelMetadata() { }

    /** Writes it; an open dimension is -1. */
    public static void write(JsonGenerator json, String name, List<String> versions, String platform,
                             Signature signature) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeArrayFieldStart("versions");
        for (var version : versions) {
            json.writeString(version);
        }
        json.writeEndArray();
        json.writeStringField("platform", platform);
        tensors(json, "inputs", signature.inputs());
        tensors(json, "outputs", signature.outputs());
        json.writeEndObject();
    }

    private static void tensors(JsonGenerator json, String field, Map<String, TensorType> tensors) throws IOException {
        json.writeArrayFieldStart(field);
        for (var tensor : tensors.entrySet()) {
            json.writeStartObject();
            json.writeStringField("name", tensor.getKey());
            json.writeStringField("datatype", Datatype.of(tensor.getValue().elementType()));
            json.writeArrayFieldStart("shape");
            for (var dimension : tensor.getValue().dimensions()) {
                json.writeNumber(dimension.size());
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
