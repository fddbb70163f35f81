package dev.gpux.server.oip;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.server.http.HttpException;
import dev.gpux.tensorio.JsonData;
import dev.gpux.tensorio.JsonTensors;
import dev.gpux.tensorio.TensorFormatException;
import java.io.IOException;
import java.util.Optional;

/** Reads one of a request's inputs. */
final class InputReader {
    private final Signature signature;
    private final RequestMemory memory;
    private String name = "";
    private Optional<ElementType> datatype = Optional.empty();
    private Optional<Shape> shape = Optional.empty();
    private Optional<JsonData> data = Optional.empty();
    private Parameters parameters = new Parameters();

    InputReader(Signature signature, RequestMemory memory) {
        this.signature = signature;
        this.memory = memory;
    }

    void read(JsonParser parser) throws IOException {
        InferReader.requireObject(parser, "an input");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var key = parser.currentName();
            parser.nextToken();
            switch (key) {
                case "name" -> {
                    name = InferReader.text(parser, key);
                    signature.input(name);
                }
                case "datatype" -> {
                    var word = InferReader.text(parser, key);
                    datatype = Optional.of(Datatype.parse(word).orElseThrow(() -> InferReader.bad(parser,
                        "there is no datatype '" + Signature.shorten(word) + "'; the names are FP32, INT64, BYTES, …")));
                }
                case "shape" -> shape = Optional.of(InferReader.shape(parser));
                case "parameters" -> parameters = Parameters.read(parser);
                case "data" -> data = Optional.of(data(parser));
                default -> parser.skipChildren();
            }
        }
        if (name.isEmpty()) {
            throw InferReader.bad(parser, "an input needs a \"name\"");
        }
        if (shape.isEmpty() || datatype.isEmpty()) {
            throw InferReader.bad(parser, "the input '" + name + "' needs a \"shape\" and a \"datatype\"");
        }
        Signature.require(name, signature.input(name), datatype.get(), shape.get());
        if (data.isPresent() == parameters.binaryDataSize().isPresent()) {
            throw InferReader.bad(parser, "the input '" + name + "' needs either \"data\" or the parameter "
                + "\"binary_data_size\"");
        }
    }

    private JsonData data(JsonParser parser) throws IOException {
        if (name.isEmpty()) {
            throw InferReader.bad(parser, "\"data\" stands before \"name\", and only the name tells how to read it");
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw InferReader.bad(parser, "\"data\" is an array of the elements, row-major");
        }
        try {
            return JsonTensors.readElements(memory, parser, signature.input(name).elementType());
        } catch (TensorFormatException e) {
            throw new HttpException(400, "input '" + name + "': " + e.getMessage());
        }
    }

    /** The tensor; what is binary of it is the next to be read. */
    TensorData finish(BinaryTensors binary) throws IOException {
        var type = datatype.orElseThrow();
        var size = shape.orElseThrow();
        if (data.isEmpty()) {
            return binary.next(name, type, size, parameters.binaryDataSize().orElseThrow());
        }
        try {
            return new TensorData(name, type, data.get().arranged(size), data.get().bytes(), data.get().strings());
        } catch (TensorFormatException e) {
            throw new HttpException(400, "input '" + name + "': " + e.getMessage());
        }
    }
}
