package dev.gpux.server.oip;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.ort.Shape;
import dev.gpux.ort.TensorException;
import dev.gpux.server.http.HttpException;
import dev.gpux.tensorio.JsonTensors;
import dev.gpux.tensorio.TensorFormatException;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** Reads an inference request: JSON, JSON with binary tensors behind it, or one binary tensor and nothing else. */
public final class InferReader {
    private static final int MOST_RANK = 64;
    private static final int MOST_TENSORS = 1024;

    private final Signature signature;
    private final RequestMemory memory;
    private final RequestBody body;
    private final List<InputReader> inputs = new ArrayList<>();
    private final List<OutputWish> outputs = new ArrayList<>();
    private Parameters parameters = new Parameters();
    private String id = "";

    /** What a request says of an output; what it does not say holds for all. */
    private record OutputWish(String name, Parameters parameters) { }

    private InferReader(Signature signature, RequestMemory memory, RequestBody body) {
        this.signature = signature;
        this.memory = memory;
        this.body = body;
    }

    /**
     * Reads a request.
     *
     * @param memory where the tensors shall lie
     * @throws HttpException 400 if it is malformed or does not fit the model
     * @throws IOException if the connection fails
     */
    public static InferRequest read(RequestBody body, Signature signature, RequestMemory memory) throws IOException {
        var reader = new InferReader(signature, memory, body);
        try {
            return body.isRaw() ? reader.raw() : reader.structured();
        } catch (TensorFormatException e) {
            throw new HttpException(400, e.getMessage());
        }
    }

    private InferRequest raw() throws IOException {
        if (signature.inputs().size() != 1) {
            throw new HttpException(400, "a request of bytes alone is for models with one input; this one has "
                + String.join(", ", signature.inputs().keySet()));
        }
        var only = signature.inputs().firstEntry();
        var tensor = new BinaryTensors(body, memory).rest(only.getKey(), only.getValue());
        return new InferRequest("", List.of(tensor), wanted(true), OptionalLong.empty());
    }

    private InferRequest structured() throws IOException {
        try (var parser = JsonTensors.factory().createParser(body.json())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad(parser, "the request must be a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var key = parser.currentName();
                parser.nextToken();
                field(parser, key);
            }
            if (parser.nextToken() != null) {
                throw bad(parser, "there is more behind the JSON object");
            }
        } catch (JsonProcessingException e) {
            throw BrokenJson.of(e);
        } catch (CharConversionException e) {
            throw BrokenJson.of(e);
        }
        var tensors = new ArrayList<TensorData>(inputs.size());
        var binary = new BinaryTensors(body, memory);
        for (var input : inputs) {
            tensors.add(input.finish(binary));
        }
        binary.requireEnd();
        requireAll(tensors);
        return new InferRequest(id, tensors, wanted(parameters.binaryOutput().orElse(false)), parameters.timeout());
    }

    private void field(JsonParser parser, String key) throws IOException {
        switch (key) {
            case "id" -> id = text(parser, "id");
            case "parameters" -> parameters = Parameters.read(parser);
            case "inputs" -> {
                requireArray(parser, key);
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (inputs.size() == MOST_TENSORS) {
                        throw bad(parser, "more than " + MOST_TENSORS + " inputs");
                    }
                    var input = new InputReader(signature, memory);
                    input.read(parser);
                    inputs.add(input);
                }
            }
            case "outputs" -> {
                requireArray(parser, key);
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (outputs.size() == MOST_TENSORS) {
                        throw bad(parser, "more than " + MOST_TENSORS + " outputs");
                    }
                    outputs.add(output(parser));
                }
            }
            // The protocol may grow; what this server does not know does not matter to it.
            default -> parser.skipChildren();
        }
    }

    private static void requireArray(JsonParser parser, String key) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw bad(parser, "\"" + key + "\" must be an array");
        }
    }

    private OutputWish output(JsonParser parser) throws IOException {
        requireObject(parser, "an output");
        var name = "";
        var wishes = new Parameters();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var key = parser.currentName();
            parser.nextToken();
            switch (key) {
                case "name" -> name = text(parser, key);
                case "parameters" -> wishes = Parameters.read(parser);
                default -> parser.skipChildren();
            }
        }
        signature.output(name);
        for (var other : outputs) {
            if (other.name().equals(name)) {
                throw new HttpException(400, "the output '" + name + "' is asked for twice");
            }
        }
        return new OutputWish(name, wishes);
    }

    private List<RequestedOutput> wanted(boolean binary) {
        var wanted = new ArrayList<RequestedOutput>();
        if (outputs.isEmpty()) {
            for (var name : signature.outputs().keySet()) {
                wanted.add(new RequestedOutput(name, binary, 0));
            }
        }
        for (var wish : outputs) {
            wanted.add(new RequestedOutput(wish.name(), wish.parameters().binaryData().orElse(binary),
                wish.parameters().classes()));
        }
        if (wanted.isEmpty()) {
            throw new HttpException(400, "the model has no output that is a tensor; /predict gives the others");
        }
        return wanted;
    }

    private void requireAll(List<TensorData> given) {
        for (int i = 0; i < given.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (given.get(i).name().equals(given.get(j).name())) {
                    throw new HttpException(400, "the input '" + given.get(i).name() + "' is there twice");
                }
            }
        }
        for (var name : signature.inputs().keySet()) {
            if (given.stream().noneMatch(tensor -> tensor.name().equals(name))) {
                throw new HttpException(400, "the input '" + name + "' is missing; the model takes "
                    + String.join(", ", signature.inputs().keySet()));
            }
        }
    }

    static void requireObject(JsonParser parser, String what) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw bad(parser, what + " must be a JSON object");
        }
    }

    static String text(JsonParser parser, String key) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw bad(parser, "\"" + key + "\" must be text in quotes");
        }
        return parser.getText();
    }

    static Shape shape(JsonParser parser) throws IOException {
        requireArray(parser, "shape");
        var sizes = new long[MOST_RANK];
        int rank = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || rank == MOST_RANK
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER || parser.getLongValue() < 0) {
                throw bad(parser, "\"shape\" is an array of at most " + MOST_RANK + " whole numbers from 0 on");
            }
            sizes[rank++] = parser.getLongValue();
        }
        try {
            return Shape.of(Arrays.copyOf(sizes, rank));
        } catch (TensorException e) {
            throw bad(parser, e.getMessage());
        }
    }

    static HttpException bad(JsonParser parser, String message) {
        var place = parser.currentTokenLocation();
        return new HttpException(400, "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": " + message);
    }
}
