package dev.gpux.server.route;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.engine.InputSlot;
import dev.gpux.gpuxfile.InputSpec.Type;
import dev.gpux.gpuxfile.Suggestion;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.pipeline.Input;
import dev.gpux.server.http.Exchange;
import dev.gpux.server.http.HttpException;
import dev.gpux.server.memory.MemoryPool;
import dev.gpux.server.model.PredictRequest;
import dev.gpux.server.model.ServedModel;
import dev.gpux.server.oip.BrokenJson;
import dev.gpux.server.oip.RequestMemory;
import dev.gpux.server.oip.TensorData;
import dev.gpux.tensorio.JsonTensors;
import dev.gpux.tensorio.TensorFormatException;
import java.io.CharConversionException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** {@code POST /predict}: the GPUXfile's own inputs as JSON, or one of them as it is, told by its content type. */
final class PredictRoute {
    private final MemoryPool pool;
    private final Deadlines deadlines;

    PredictRoute(MemoryPool pool, Deadlines deadlines) {
        this.pool = pool;
        this.deadlines = deadlines;
    }

    void predict(Exchange exchange, ServedModel model, long start) throws IOException {
        try (var memory = new RequestMemory(pool)) {
            var type = Content.type(exchange);
            var slots = model.engine().inputs();
            var request = Content.isJson(type) ? new Json(slots, memory).read(exchange) : raw(exchange, slots, type);
            requireAll(request, slots);
            model.predict(exchange, request, deadlines.of(exchange, model, start, OptionalLong.empty()));
        } catch (TensorFormatException e) {
            throw new HttpException(400, e.getMessage());
        }
    }

    /** In words for those who send requests; the engine would speak of command line options. */
    private static void requireAll(PredictRequest request, List<InputSlot> slots) {
        for (var slot : slots) {
            boolean given = request.inputs().containsKey(slot.name())
                || request.tensors().stream().anyMatch(tensor -> tensor.name().equals(slot.name()));
            if (!given && slot.initial().isEmpty()) {
                throw new HttpException(400, "the input '" + slot + "' is missing");
            }
        }
    }

    private static PredictRequest raw(Exchange exchange, List<InputSlot> slots, String type) throws IOException {
        var kind = type.startsWith("text/") ? Type.TEXT : type.startsWith("image/") ? Type.IMAGE
            : type.startsWith("audio/") ? Type.AUDIO : encoded(slots, type);
        var slot = only(slots, kind, type);
        var bytes = Content.bytes(exchange);
        var input = kind == Type.TEXT ? new Input.Text(text(bytes)) : new Input.Encoded(bytes, "the request's body");
        return new PredictRequest(Map.of(slot.name(), input), List.of());
    }

    /** Bytes of no particular type are what the model takes, if that is one thing. */
    private static Type encoded(List<InputSlot> slots, String type) {
        if (type.equals("application/octet-stream")) {
            for (var slot : slots) {
                if (slot.type() == Type.IMAGE || slot.type() == Type.AUDIO) {
                    return slot.type();
                }
            }
        }
        throw new HttpException(415, "/predict takes application/json, or one input as it is: text/plain, image/… or "
            + "audio/…; this request is " + type + (type.equals("application/x-www-form-urlencoded")
            ? " (with curl, add -H 'Content-Type: application/json')" : ""));
    }

    private static InputSlot only(List<InputSlot> slots, Type kind, String type) {
        var fitting = slots.stream().filter(slot -> slot.type() == kind).toList();
        if (fitting.size() != 1) {
            throw new HttpException(415, "a request of " + type + " is for models with one input of that kind; this one "
                + "takes " + String.join(", ", slots.stream().map(InputSlot::toString).toList()));
        }
        return fitting.getFirst();
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new HttpException(400, "the text is not UTF-8");
        }
    }

    /** Reads inputs by name. */
    private record Json(List<InputSlot> slots, RequestMemory memory) {
        PredictRequest read(Exchange exchange) throws IOException {
            var inputs = new HashMap<String, Input>();
            var tensors = new ArrayList<TensorData>();
            try (var parser = JsonTensors.factory().createParser(Content.unpacked(exchange))) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new HttpException(400, "the request must be a JSON object with the inputs by name: "
                        + String.join(", ", names()));
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    var slot = slot(parser.currentName());
                    parser.nextToken();
                    if (slot.tensor().isPresent()) {
                        tensors.add(tensor(parser, slot.tensor().get()));
                    } else {
                        inputs.put(slot.name(), input(parser, slot));
                    }
                }
                if (parser.nextToken() != null) {
                    throw new HttpException(400, "there is more behind the JSON object");
                }
            } catch (JsonProcessingException e) {
                throw BrokenJson.of(e);
            } catch (CharConversionException e) {
                throw BrokenJson.of(e);
            }
            return new PredictRequest(inputs, tensors);
        }

        private List<String> names() {
            return slots.stream().map(InputSlot::name).toList();
        }

        private InputSlot slot(String name) {
            for (var slot : slots) {
                if (slot.name().equals(name)) {
                    return slot;
                }
            }
            var hint = Suggestion.hint(name, names());
            throw new HttpException(400, "no input is named '" + (name.length() > 60 ? name.substring(0, 60) + "…" : name)
                + "'; " + (hint.isEmpty() ? "expected " + String.join(", ", names()) : hint));
        }

        private static Input input(JsonParser parser, InputSlot slot) throws IOException {
            if (slot.list() && parser.currentToken() == JsonToken.START_ARRAY) {
                var texts = new ArrayList<Input>();
                while (parser.nextToken() == JsonToken.VALUE_STRING) {
                    texts.add(new Input.Text(parser.getText()));
                }
                if (parser.currentToken() != JsonToken.END_ARRAY || texts.isEmpty()) {
                    throw new HttpException(400, "the input '" + slot + "' is text in quotes, or a list of texts");
                }
                return new Input.Several(texts);
            }
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw new HttpException(400, "the input '" + slot + "' is text in quotes"
                    + (slot.type() == Type.TEXT ? "" : ": the file's bytes in Base64"));
            }
            var text = parser.getText();
            if (slot.type() == Type.TEXT) {
                return new Input.Text(text);
            }
            // A page has it as a data URL.
            int comma = text.startsWith("data:") ? text.indexOf(',') : -1;
            try {
                return new Input.Encoded(Base64.getDecoder().decode(text.substring(comma + 1)), slot.name());
            } catch (IllegalArgumentException e) {
                throw new HttpException(400, "the input '" + slot + "' is not Base64: " + e.getMessage());
            }
        }

        private TensorData tensor(JsonParser parser, ValueInfo expected) throws IOException {
            try (var arena = Arena.ofConfined()) {
                if (!(JsonTensors.read(arena, parser, expected) instanceof Tensor tensor)) {
                    throw new HttpException(400, "the input '" + expected + "' is no tensor, and cannot be sent");
                }
                if (tensor.elementType() == ElementType.STRING) {
                    return new TensorData(expected.name(), ElementType.STRING, tensor.shape(), MemorySegment.NULL,
                        tensor.strings());
                }
                var bytes = memory.allocate(tensor.segment().byteSize(), Tensor.ALIGNMENT);
                bytes.copyFrom(tensor.segment());
                return new TensorData(expected.name(), tensor.elementType(), tensor.shape(), bytes, List.of());
            } catch (TensorFormatException e) {
                throw new HttpException(400, "input '" + expected.name() + "': " + e.getMessage());
            }
        }
    }
}
