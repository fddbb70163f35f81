package dev.gpux.tensorio;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Tensors and other values from and to JSON, streaming: numbers go straight from the text into native memory of the
 * model's dtype, and straight back.
 *
 * <p>The forms, the rules for numbers and the messages are described in the {@linkplain dev.gpux.tensorio package}.
 * All methods are thread-safe; parsers and generators belong to their callers.
 */
public final class JsonTensors {
    /** Made when it is used, which {@link PlainNumbers} may well save. */
    private static final class Factory {
        private static final JsonFactory FACTORY = JsonFactory.builder()
            // Names come from strangers: interned, they would stay in the JVM's table.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();
    }

    private JsonTensors() { }

    /**
     * Makes parsers and generators that suit these methods: the bare words {@code NaN} and {@code Infinity} are
     * understood, a key that comes twice is an error, NaN and infinities are written as text.
     */
    public static JsonFactory factory() {
        return Factory.FACTORY;
    }

    /**
     * Reads a text that holds one JSON value.
     *
     * @param arena what the value lives in
     * @param expected the input's name, dtype and shape; the text takes them
     * @throws TensorFormatException if the text is not JSON or does not fit; it says where
     */
    public static Value parse(Arena arena, String json, ValueInfo expected) {
        var plain = PlainNumbers.read(arena, json, expected.type());
        return plain.isPresent() ? plain.get() : parseAny(arena, json, expected);
    }

    private static Value parseAny(Arena arena, String json, ValueInfo expected) {
        try (var parser = factory().createParser(json)) {
            var value = read(arena, parser, expected);
            requireEnd(parser);
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from a text does no I/O", e);
        }
    }

    /**
     * Reads the value at the parser's current token, or its first. The parser is then at the value's last token.
     *
     * @throws TensorFormatException if it is not JSON or does not fit
     * @throws IOException if the parser's source fails
     */
    public static Value read(Arena arena, JsonParser parser, ValueInfo expected) throws IOException {
        try {
            return new JsonValues(arena, new JsonCursor(parser), expected.name()).read(expected.type());
        } catch (JsonProcessingException e) {
            throw broken(parser, e);
        }
    }

    /**
     * Reads the elements of a tensor whose shape is known from elsewhere, flat or nested, as the Open Inference
     * Protocol sends them.
     *
     * @throws TensorFormatException if it is not JSON, an element does not fit the dtype, their number does not fit
     *     {@code shape}, or {@code shape} is not what {@code type} declares
     * @throws IOException if the parser's source fails
     */
    public static Tensor readData(Arena arena, JsonParser parser, String name, TensorType type, Shape shape)
            throws IOException {
        var expected = new ValueInfo(name, type);
        Declared.requireShape(expected, type, shape, type.elementType() + shape.toString());
        try (var elements = new JsonElements(type.elementType())) {
            var cursor = new JsonCursor(parser);
            var sizes = new JsonArrays(cursor, elements, Optional.empty()).read();
            try {
                var data = Declared.shape(sizes);
                return elements.toTensor(arena,
                    JsonTensorObject.arrange(expected, type, Optional.of(shape), data));
            } catch (TensorFormatException e) {
                throw cursor.fail(e.problem());
            }
        } catch (JsonProcessingException e) {
            throw broken(parser, e);
        }
    }

    /**
     * Reads the elements of a tensor, flat or nested, whose shape is not known yet: into memory that outlives the calling
     * thread's arenas, where another thread makes a tensor of them.
     *
     * @throws TensorFormatException if it is not JSON, or an element does not fit {@code type}
     * @throws IOException if the parser's source fails
     */
    public static JsonData readElements(SegmentAllocator memory, JsonParser parser, ElementType type)
            throws IOException {
        try (var elements = new JsonElements(type)) {
            var sizes = new JsonArrays(new JsonCursor(parser), elements, Optional.empty()).read();
            return elements.toData(memory, Declared.shape(sizes));
        } catch (JsonProcessingException e) {
            throw broken(parser, e);
        }
    }

    /**
     * Reads an object whose keys are names of inputs: {@code {"x": [[1, 2]], "mask": [[true, false]]}}. Which of the
     * inputs are there is for the caller to check.
     *
     * @throws TensorFormatException if a key is not among {@code expected}, or a value does not fit
     * @throws IOException if the parser's source fails
     */
    public static SequencedMap<String, Value> readNamed(Arena arena, JsonParser parser, List<ValueInfo> expected)
            throws IOException {
        try {
            var cursor = new JsonCursor(parser);
            if (cursor.token() != JsonToken.START_OBJECT) {
                throw cursor.fail("an object with the inputs by name was expected, found " + cursor.found());
            }
            var values = new LinkedHashMap<String, Value>();
            cursor.enter();
            while (cursor.next() != JsonToken.END_OBJECT) {
                var name = parser.currentName();
                cursor.at(name);
                var input = find(expected, name).orElseThrow(() -> cursor.fail("no input has this name; there "
                    + (expected.size() == 1 ? "is " : "are ") + names(expected)));
                cursor.next();
                values.put(name, new JsonValues(arena, cursor, name).read(input.type()));
            }
            return values;
        } catch (JsonProcessingException e) {
            throw broken(parser, e);
        }
    }

    private static Optional<ValueInfo> find(List<ValueInfo> expected, String name) {
        for (var input : expected) {
            if (input.name().equals(name)) {
                return Optional.of(input);
            }
        }
        return Optional.empty();
    }

    private static String names(List<ValueInfo> expected) {
        return String.join(", ", expected.stream().map(ValueInfo::name).toList());
    }

    /** Reads a document whose only value, or whose value of the expected name, is what is expected. */
    static Value readDocument(Arena arena, JsonParser parser, ValueInfo expected) throws IOException {
        try {
            var value = new JsonValues(arena, new JsonCursor(parser), expected.name()).readDocument(expected.type());
            requireEnd(parser);
            return value;
        } catch (JsonProcessingException e) {
            throw broken(parser, e);
        }
    }

    /** Refuses anything but space after the value just read. */
    private static void requireEnd(JsonParser parser) throws IOException {
        try {
            if (parser.nextToken() != null) {
                throw new JsonCursor(parser).fail("the value ends before this; one value was expected");
            }
        } catch (JsonProcessingException e) {
            throw broken(parser, e);
        }
    }

    /** What the parser reports, without the parts that only its own developers understand. */
    private static TensorFormatException broken(JsonParser parser, JsonProcessingException e) {
        var location = e.getLocation() != null ? e.getLocation() : parser.currentLocation();
        var place = "line " + location.getLineNr() + ", column " + location.getColumnNr();
        if (e instanceof JsonEOFException) {
            return new TensorFormatException(place, "broken JSON: it ends too early, something is not closed", e);
        }
        var text = e.getOriginalMessage();
        int cut = text.indexOf(", from `");
        return new TensorFormatException(place, (e instanceof StreamConstraintsException ? "" : "broken JSON: ")
            + (cut < 0 ? text : text.substring(0, cut) + ")"), e);
    }

    /**
     * Writes a value: a tensor as {@code {"dtype":…,"shape":[…],"data":[flat, row-major]}}, a sequence as an array, a
     * map as an object, an optional without a value as {@code null}.
     *
     * @throws IOException if the generator's target fails
     */
    public static void write(JsonGenerator generator, Value value) throws IOException {
        JsonWriter.value(generator, value);
    }

    /**
     * Writes the elements of a tensor as one flat array, row-major. Floats are written with as few digits as tell them
     * from their neighbours of the same dtype at least as precise; NaN and infinities as {@code "NaN"},
     * {@code "Infinity"}, {@code "-Infinity"}.
     *
     * @throws IOException if the generator's target fails
     */
    public static void writeData(JsonGenerator generator, Tensor tensor) throws IOException {
        JsonWriter.data(generator, tensor);
    }
}
