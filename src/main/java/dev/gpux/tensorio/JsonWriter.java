package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Float16;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Writes values as JSON. */
final class JsonWriter {
    private JsonWriter() { }

    static void value(JsonGenerator json, Value value) throws IOException {
        switch (value) {
            case Tensor tensor -> tensor(json, tensor);
            case SequenceValue sequence -> {
                json.writeStartArray();
                for (var element : sequence.elements()) {
                    value(json, element);
                }
                json.writeEndArray();
            }
            case MapValue map -> map(json, map);
            case OptionalValue _ -> json.writeNull();
        }
    }

    private static void tensor(JsonGenerator json, Tensor tensor) throws IOException {
        json.writeStartObject();
        json.writeStringField("dtype", tensor.elementType().label());
        json.writeArrayFieldStart("shape");
        for (int i = 0; i < tensor.shape().rank(); i++) {
            json.writeNumber(tensor.shape().size(i));
        }
        json.writeEndArray();
        json.writeFieldName("data");
        data(json, tensor);
        json.writeEndObject();
    }

    private static void map(JsonGenerator json, MapValue map) throws IOException {
        var keys = map.keys();
        long count = keys.shape().elements();
        var names = keys.elementType() == ElementType.STRING ? keys.strings() : List.<String>of();
        var values = elements(map.values());
        json.writeStartObject();
        for (long i = 0; i < count; i++) {
            json.writeFieldName(names.isEmpty()
                ? Long.toString(keys.segment().get(JAVA_LONG_UNALIGNED, i * Long.BYTES)) : names.get((int) i));
            values.write(json, i);
        }
        json.writeEndObject();
    }

    static void data(JsonGenerator json, Tensor tensor) throws IOException {
        var elements = elements(tensor);
        long count = tensor.shape().elements();
        json.writeStartArray();
        for (long i = 0; i < count; i++) {
            elements.write(json, i);
        }
        json.writeEndArray();
    }

    /** Writes the element with an index. */
    private interface Elements {
        void write(JsonGenerator json, long index) throws IOException;
    }

    private static Elements elements(Tensor tensor) {
        var type = tensor.elementType();
        if (type == ElementType.STRING) {
            var strings = tensor.strings();
            return (json, i) -> json.writeString(strings.get((int) i));
        }
        var data = tensor.segment();
        return switch (type) {
            case BOOL -> (json, i) -> json.writeBoolean(data.get(JAVA_BYTE, i) != 0);
            case INT8 -> (json, i) -> json.writeNumber(data.get(JAVA_BYTE, i));
            case UINT8 -> (json, i) -> json.writeNumber(data.get(JAVA_BYTE, i) & 0xFF);
            case INT16 -> (json, i) -> json.writeNumber(shortAt(data, i));
            case UINT16 -> (json, i) -> json.writeNumber(shortAt(data, i) & 0xFFFF);
            case INT32 -> (json, i) -> json.writeNumber(data.get(JAVA_INT_UNALIGNED, i * Integer.BYTES));
            case UINT32 -> (json, i) ->
                json.writeNumber(data.get(JAVA_INT_UNALIGNED, i * Integer.BYTES) & 0xFFFF_FFFFL);
            case INT64 -> (json, i) -> json.writeNumber(data.get(JAVA_LONG_UNALIGNED, i * Long.BYTES));
            case UINT64 -> (json, i) -> unsigned(json, data.get(JAVA_LONG_UNALIGNED, i * Long.BYTES));
            case FLOAT32 -> (json, i) -> json.writeNumber(data.get(JAVA_FLOAT_UNALIGNED, i * Float.BYTES));
            case FLOAT64 -> (json, i) -> json.writeNumber(data.get(JAVA_DOUBLE_UNALIGNED, i * Double.BYTES));
            case FLOAT16 -> (json, i) -> json.writeNumber(Float16.fromFloat16(shortAt(data, i)));
            case BFLOAT16 -> (json, i) -> json.writeNumber(Float16.fromBfloat16(shortAt(data, i)));
            case INT4, UINT4, INT2, UINT2 -> (json, i) -> json.writeNumber(PackedBits.get(data, type, i));
            case FLOAT4E2M1 -> (json, i) ->
                json.writeNumber(SmallFloat.E2M1.decode(PackedBits.get(data, type, i)));
            case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0 -> {
                var codec = SmallFloat.of(type);
                yield (json, i) -> json.writeNumber(codec.decode(data.get(JAVA_BYTE, i)));
            }
            case STRING, COMPLEX64, COMPLEX128 -> throw new AssertionError("no tensor has a segment of " + type);
        };
    }

    private static short shortAt(MemorySegment data, long index) {
        return data.get(JAVA_SHORT_UNALIGNED, index * Short.BYTES);
    }

    private static void unsigned(JsonGenerator json, long value) throws IOException {
        if (value >= 0) {
            json.writeNumber(value);
        } else {
            json.writeNumber(Long.toUnsignedString(value));
        }
    }
}
