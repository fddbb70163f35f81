package dev.gpux.tensorio;

import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType;
import dev.gpux.ort.ValueType.MapType;
import dev.gpux.ort.ValueType.OptionalType;
import dev.gpux.ort.ValueType.SequenceType;
import dev.gpux.ort.ValueType.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Optional;

/** Reads JSON as a value of the type that a model declares. */
final class JsonValues {
    /** As many names as a message can bear. */
    private static final int MOST_NAMES = 10;

    private final Arena arena;
    private final JsonCursor cursor;
    private final String name;

    /** @param name the input's name, for messages */
    JsonValues(Arena arena, JsonCursor cursor, String name) {
        this.arena = arena;
        this.cursor = cursor;
        this.name = name;
    }

    /** Reads the value at the cursor; the cursor is then at its last token. */
    Value read(ValueType type) throws IOException {
        // Linking a pattern switch costs a start milliseconds, and most values are tensors.
        return type instanceof TensorType tensor ? tensor(tensor) : other(type);
    }

    private Value other(ValueType type) throws IOException {
        return switch (type) {
            case TensorType tensor -> tensor(tensor);
            case SequenceType(var element) -> sequence(element);
            case MapType map -> map(map);
            case OptionalType(var contained) ->
                cursor.token() == JsonToken.VALUE_NULL ? OptionalValue.EMPTY : read(contained);
            case ValueType.SparseTensorType _, ValueType.OpaqueType _ ->
                throw cursor.fail("'" + name + "' is " + type + ", which cannot be written as JSON");
        };
    }

    /**
     * Reads a document: the value itself, or an object with values by name, as GPUX writes several to one file. A map
     * is an object itself, so there the first is meant.
     */
    Value readDocument(ValueType type) throws IOException {
        var plain = Declared.unwrap(type);
        if (cursor.token() != JsonToken.START_OBJECT || plain instanceof MapType) {
            return read(type);
        }
        cursor.next();
        boolean isTensor = cursor.token() != JsonToken.FIELD_NAME
            || JsonTensorObject.isKey(cursor.parser().currentName());
        if (isTensor && plain instanceof TensorType tensor) {
            return new JsonTensorObject(arena, cursor, new ValueInfo(name, type), tensor).read();
        }
        return named(type);
    }

    private Value named(ValueType type) throws IOException {
        var value = Optional.<Value>empty();
        var others = new ArrayList<String>();
        cursor.enter();
        for (; cursor.token() != JsonToken.END_OBJECT; cursor.next()) {
            var key = cursor.parser().currentName();
            cursor.at(key);
            cursor.next();
            if (key.equals(name)) {
                value = Optional.of(read(type));
            } else {
                cursor.skip();
                if (others.size() < MOST_NAMES) {
                    others.add(JsonCursor.shorten(key));
                }
            }
        }
        cursor.leave();
        return value.orElseThrow(() -> cursor.fail("the file holds no '" + name + "', only "
            + String.join(", ", others)));
    }

    private Value tensor(TensorType type) throws IOException {
        if (cursor.token() == JsonToken.START_OBJECT) {
            cursor.next();
            return new JsonTensorObject(arena, cursor, new ValueInfo(name, type), type).read();
        }
        try (var elements = new JsonElements(type.elementType())) {
            var sizes = new JsonArrays(cursor, elements, Optional.of(type)).read();
            return elements.toTensor(arena, Declared.shape(sizes));
        }
    }

    private Value sequence(ValueType element) throws IOException {
        if (cursor.token() != JsonToken.START_ARRAY) {
            throw cursor.fail("an array was expected for sequence<" + element + ">, found " + cursor.found());
        }
        var values = new ArrayList<Value>();
        cursor.enter();
        while (cursor.next() != JsonToken.END_ARRAY) {
            cursor.at(values.size());
            values.add(read(element));
        }
        cursor.leave();
        if (values.isEmpty() && !(element instanceof TensorType)) {
            throw cursor.fail("ONNX Runtime cannot make a sequence<" + element + "> without elements");
        }
        try {
            return values.isEmpty() ? SequenceValue.empty(arena, ((TensorType) element).elementType())
                : SequenceValue.of(arena, values);
        } catch (OrtException e) {
            throw cursor.fail("ONNX Runtime refuses this sequence<" + element + ">: " + e.getMessage());
        }
    }

    private Value map(MapType type) throws IOException {
        if (cursor.token() != JsonToken.START_OBJECT) {
            throw cursor.fail("an object was expected for " + type + ", found " + cursor.found());
        }
        if (!(type.value() instanceof TensorType(var valueType, _))) {
            throw cursor.fail("'" + name + "' is " + type + "; only maps to numbers and text can be written as JSON");
        }
        var keys = new ArrayList<String>();
        try (var values = new JsonElements(valueType)) {
            cursor.enter();
            while (cursor.next() != JsonToken.END_OBJECT) {
                var key = cursor.parser().currentName();
                cursor.at(JsonCursor.shorten(key));
                keys.add(checkedKey(type.key(), key));
                cursor.next();
                values.take(cursor);
            }
            cursor.leave();
            var shape = Shape.of(keys.size());
            return MapValue.of(arena, keyTensor(type.key(), keys), values.toTensor(arena, shape));
        } catch (OrtException e) {
            throw cursor.fail("ONNX Runtime refuses this " + type + ": " + e.getMessage());
        }
    }

    private String checkedKey(ElementType type, String key) {
        try {
            if (type == ElementType.STRING) {
                return Texts.storable(key);
            }
            Long.parseLong(key);
            return key;
        } catch (NumberFormatException e) {
            throw cursor.fail("an integer in quotes was expected as key (" + type + ")");
        } catch (TensorFormatException e) {
            throw cursor.fail("the key: " + e.problem());
        }
    }

    private Tensor keyTensor(ElementType type, ArrayList<String> keys) {
        return switch (type) {
            case STRING -> Tensor.ofStrings(arena, keys, keys.size());
            case INT64 -> {
                var numbers = new long[keys.size()];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = Long.parseLong(keys.get(i));
                }
                yield Tensor.of(arena, numbers, numbers.length);
            }
            default -> throw cursor.fail("ONNX Runtime takes maps with int64 and string keys, not " + type);
        };
    }
}
