package dev.gpux.tensorio;

import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;

/**
 * A tensor as an object: {@code {"dtype": "float32", "shape": [2, 3], "data": [flat or nested]}}, which is also how
 * GPUX writes them. Only {@code data} is required.
 */
final class JsonTensorObject {
    private final Arena arena;
    private final JsonCursor cursor;
    private final ValueInfo expected;
    private final TensorType type;
    private Optional<Shape> shape = Optional.empty();

    JsonTensorObject(Arena arena, JsonCursor cursor, ValueInfo expected, TensorType type) {
        this.arena = arena;
        this.cursor = cursor;
        this.expected = expected;
        this.type = type;
    }

    /** Whether an object that begins with this key is a tensor. */
    static boolean isKey(String key) {
        return key.equals("dtype") || key.equals("shape") || key.equals("data");
    }

    /** Reads the object, of which the cursor has passed the opening brace. */
    Tensor read() throws IOException {
        try (var elements = new JsonElements(type.elementType())) {
            long[] sizes = null;
            cursor.enter();
            for (; cursor.token() != JsonToken.END_OBJECT; cursor.next()) {
                var key = cursor.parser().currentName();
                cursor.at(key);
                switch (key) {
                    case "dtype" -> dtype(cursor.next());
                    case "shape" -> shape(cursor.next());
                    case "data" -> {
                        cursor.next();
                        sizes = new JsonArrays(cursor, elements, Optional.empty()).read();
                    }
                    default -> throw cursor.fail("a tensor has the keys dtype, shape and data");
                }
            }
            cursor.leave();
            if (sizes == null) {
                throw cursor.fail("a tensor needs the key data");
            }
            return tensor(elements, sizes);
        }
    }

    private Tensor tensor(JsonElements elements, long[] sizes) {
        try {
            var result = arrange(expected, type, shape, Declared.shape(sizes));
            Declared.requireShape(expected, type, result, type.elementType() + result.toString());
            return elements.toTensor(arena, result);
        } catch (TensorFormatException e) {
            throw e.place().isPresent() ? e : cursor.fail(e.problem());
        }
    }

    /** The shape of data that are flat, or nested as {@code shape} says. */
    static Shape arrange(ValueInfo expected, TensorType type, Optional<Shape> shape, Shape data) {
        boolean flat = data.rank() == 1;
        if (shape.isEmpty()) {
            boolean asDeclared = type.dimensions().isEmpty() || data.rank() == type.dimensions().size();
            return flat && !asDeclared ? Declared.inferShape(expected, type, data.elements()) : data;
        }
        if (shape.get().equals(data)) {
            return data;
        }
        if (flat && data.elements() == shape.get().elements()) {
            return shape.get();
        }
        throw new TensorFormatException(flat
            ? "shape " + shape.get() + " takes " + Declared.elements(shape.get().elements()) + ", and data has "
                + data.elements()
            : "shape is " + shape.get() + ", and data is nested as " + data);
    }

    private void dtype(JsonToken token) throws IOException {
        var given = token == JsonToken.VALUE_STRING
            ? ElementType.fromLabel(cursor.parser().getText()) : Optional.<ElementType>empty();
        if (given.isEmpty()) {
            throw cursor.fail("the name of a dtype was expected, such as \"float32\", found " + cursor.found());
        }
        if (given.get() != type.elementType() && !Widening.isLossless(given.get(), type.elementType())) {
            throw cursor.fail("the data are " + given.get() + ", and '" + expected.name() + "' is " + type
                + "; only conversions that keep every value are done unasked");
        }
    }

    private void shape(JsonToken token) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            throw cursor.fail("an array of sizes was expected, found " + cursor.found());
        }
        var sizes = new long[JsonArrays.MAX_RANK];
        int rank = 0;
        var numbers = new JsonNumbers(ElementType.INT64);
        cursor.enter();
        while (cursor.next() != JsonToken.END_ARRAY) {
            cursor.at(rank);
            if (rank == sizes.length) {
                throw cursor.fail("more than " + JsonArrays.MAX_RANK + " dimensions");
            }
            sizes[rank] = numbers.integer(cursor);
            if (sizes[rank++] < 0) {
                throw cursor.fail("a dimension cannot be negative");
            }
        }
        cursor.leave();
        try {
            shape = Optional.of(Declared.shape(Arrays.copyOf(sizes, rank)));
        } catch (TensorFormatException e) {
            throw cursor.fail(e.problem());
        }
    }
}
