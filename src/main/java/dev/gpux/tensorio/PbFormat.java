package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.onnx.Bytes;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.onnx.OnnxValue;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.TensorData;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType;
import dev.gpux.ort.ValueType.MapType;
import dev.gpux.ort.ValueType.OptionalType;
import dev.gpux.ort.ValueType.SequenceType;
import dev.gpux.ort.ValueType.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** ONNX's own files for values: {@code TensorProto}, {@code SequenceProto}, {@code MapProto}, {@code OptionalProto}. */
final class PbFormat {
    /** Elements in the typed fields are decoded on the heap; {@code raw_data} are not, and may be of any size. */
    private static final long MAX_DECODED = 1 << 28;

    private final Arena arena;
    private final String name;

    private PbFormat(Arena arena, String name) {
        this.arena = arena;
        this.name = name;
    }

    /** Reads the message that the expected type asks for: the file itself does not say which it is. */
    static Value read(Arena arena, MemorySegment file, ValueInfo expected) {
        try {
            var message = switch (expected.type()) {
                case TensorType _ -> OnnxValue.readTensor(file);
                case SequenceType _ -> OnnxValue.readSequence(file);
                case MapType _ -> OnnxValue.readMap(file);
                case OptionalType _ -> OnnxValue.readOptional(file);
                case ValueType.SparseTensorType _, ValueType.OpaqueType _ -> throw new TensorFormatException(
                    "'" + expected.name() + "' is " + expected.type() + ", which is not read from files");
            };
            return new PbFormat(arena, expected.name()).value(message, expected.type());
        } catch (OnnxFormatException e) {
            throw new TensorFormatException("this is not the ONNX protobuf file of a " + expected.type() + ": "
                + e.getMessage(), e);
        } catch (TensorException e) {
            throw new TensorFormatException(e.getMessage(), e);
        } catch (OrtException e) {
            throw new TensorFormatException("ONNX Runtime refuses this " + expected.type() + ": " + e.getMessage(), e);
        }
    }

    private Value value(OnnxValue message, ValueType type) {
        return switch (message) {
            case OnnxValue.TensorValue(var tensor) when type instanceof TensorType tensorType ->
                tensor(tensor, tensorType);
            case OnnxValue.SequenceValue(_, var elements) when type instanceof SequenceType(var element) ->
                sequence(elements, element);
            case OnnxValue.MapValue map when type instanceof MapType mapType -> map(map, mapType);
            case OnnxValue.OptionalValue(_, var value) when type instanceof OptionalType(var contained) ->
                value.isEmpty() ? OptionalValue.EMPTY : value(value.get(), contained);
            default -> throw new TensorFormatException("'" + name + "' holds " + type + ", and the file a "
                + message.getClass().getSimpleName());
        };
    }

    private Value sequence(List<OnnxValue> elements, ValueType type) {
        if (elements.isEmpty()) {
            if (type instanceof TensorType(var elementType, _)) {
                return SequenceValue.empty(arena, elementType);
            }
            throw new TensorFormatException("ONNX Runtime cannot make a sequence<" + type + "> without elements");
        }
        var values = new ArrayList<Value>(elements.size());
        for (var element : elements) {
            try {
                values.add(value(element, type));
            } catch (TensorFormatException e) {
                throw e.inside("element " + values.size());
            }
        }
        return SequenceValue.of(arena, values);
    }

    private Value map(OnnxValue.MapValue map, MapType type) {
        if (!(type.value() instanceof TensorType(var valueType, _))) {
            throw new TensorFormatException("'" + name + "' is " + type + "; only maps to numbers and text are read");
        }
        var elements = map.values().elements();
        int count = elements.size();
        var keys = type.key() == ElementType.STRING ? Tensor.ofStrings(arena, texts(map.texts()), map.texts().size())
            : Tensor.of(arena, map.integers().stream().mapToLong(Long::longValue).toArray(), map.integers().size());
        if (keys.shape().elements() != count) {
            throw new TensorFormatException("'" + name + "' is " + type + ", and the file has other keys");
        }
        var single = new TensorType(valueType, List.of());
        var values = elements.stream().map(element -> (Tensor) value(element, single)).toList();
        if (values.stream().anyMatch(value -> value.shape().elements() != 1)) {
            throw new TensorFormatException("a value of the map has more than one element");
        }
        if (valueType == ElementType.STRING) {
            var strings = values.stream().map(value -> value.strings().getFirst()).toList();
            return MapValue.of(arena, keys, Tensor.ofStrings(arena, strings, count));
        }
        var joined = Tensor.allocate(arena, valueType, count);
        long size = valueType.byteSize(1);
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(values.get(i).segment(), 0, joined.segment(), i * size, size);
        }
        return MapValue.of(arena, keys, joined);
    }

    private Tensor tensor(dev.gpux.onnx.Tensor message, TensorType type) {
        var expected = new ValueInfo(name, type);
        Declared.tensor(expected, "a .pb file");
        var shape = Declared.shape(message.dims().stream().mapToLong(Long::longValue).toArray());
        var wanted = type.elementType();
        var found = ElementType.fromOnnx(message.dataType()).map(given -> meaning(given, wanted));
        var description = OnnxDataType.labelOf(message.dataType()) + shape.toString();
        if (found.isEmpty() || found.get() != wanted && !Widening.isLossless(found.get(), wanted)) {
            throw new TensorFormatException("the file holds " + description + ", and '" + name + "' is " + type
                + "; only conversions that keep every value are done unasked");
        }
        Declared.requireShape(expected, type, shape, description);
        if (wanted == ElementType.STRING) {
            Texts.requireCount(shape.elements());
            return Tensor.ofStrings(arena, texts(message.strings()), shape.toArray());
        }
        return numbers(message, found.get(), wanted, shape);
    }

    /** ONNX's own reference cases have the bits of bfloat16 as uint16: NumPy, which wrote them, has no such type. */
    private static ElementType meaning(ElementType given, ElementType wanted) {
        return given == ElementType.UINT16 && wanted == ElementType.BFLOAT16 ? wanted : given;
    }

    private Tensor numbers(dev.gpux.onnx.Tensor message, ElementType found, ElementType wanted, Shape shape) {
        long size = found.byteSize(shape.elements());
        if (message.data() instanceof TensorData.Typed && size > MAX_DECODED) {
            throw new TensorFormatException(size + " bytes in the typed fields of the message; at most " + MAX_DECODED
                + " are read. Write them as raw_data");
        }
        var bytes = message.bytes();
        if (found == ElementType.BOOL) {
            Booleans.require(bytes);
        }
        if (found == wanted) {
            boolean inPlace = bytes.isNative() && size > 0 && bytes.address() % wanted.alignment() == 0;
            return inPlace ? Tensor.wrap(arena, wanted, bytes, shape)
                : Tensor.copyOf(arena, wanted, bytes, shape.toArray());
        }
        var tensor = Tensor.allocate(arena, wanted, shape);
        Widening.convert(bytes, found, tensor.segment(), wanted, shape.elements());
        return tensor;
    }

    private static List<String> texts(List<Bytes> bytes) {
        Texts.requireCount(bytes.size());
        long total = 0;
        var strings = new ArrayList<String>(bytes.size());
        for (var text : bytes) {
            total += text.size();
            Texts.requireBytes(total);
            strings.add(Texts.decode(text.toArray()));
        }
        return strings;
    }

    /** Writes a value under a name; a tensor's elements as {@code raw_data}, straight from its memory. */
    static void write(WritableByteChannel out, String name, Value value) throws IOException {
        OnnxWriter.write(message(name, value), out);
    }

    private static OnnxValue message(String name, Value value) {
        return switch (value) {
            case Tensor tensor -> new OnnxValue.TensorValue(message(name, tensor));
            case SequenceValue sequence -> new OnnxValue.SequenceValue(name,
                sequence.elements().stream().map(element -> message("", element)).toList());
            case MapValue map -> message(name, map);
            case OptionalValue _ -> new OnnxValue.OptionalValue(name, Optional.empty());
        };
    }

    private static dev.gpux.onnx.Tensor message(String name, Tensor tensor) {
        var shape = tensor.shape().toArray();
        if (tensor.elementType() == ElementType.STRING) {
            return dev.gpux.onnx.Tensor.ofStrings(name, shape, tensor.strings().toArray(String[]::new));
        }
        var type = OnnxDataType.of(tensor.elementType().onnx()).orElseThrow();
        return dev.gpux.onnx.Tensor.of(name, type, shape, tensor.segment());
    }

    private static OnnxValue message(String name, MapValue map) {
        var keys = map.keys();
        int keyType = keys.elementType().onnx();
        var values = new OnnxValue.SequenceValue("", singles(map.values()));
        if (keys.elementType() == ElementType.STRING) {
            var texts = keys.strings().stream().map(Bytes::of).toList();
            return new OnnxValue.MapValue(name, keyType, List.of(), texts, values);
        }
        var integers = new ArrayList<Long>();
        for (long i = 0; i < keys.shape().elements(); i++) {
            integers.add(keys.segment().getAtIndex(JAVA_LONG, i));
        }
        return new OnnxValue.MapValue(name, keyType, integers, List.of(), values);
    }

    /** The elements of a tensor as scalars. */
    private static List<OnnxValue> singles(Tensor tensor) {
        var scalars = new ArrayList<OnnxValue>();
        var type = tensor.elementType();
        if (type == ElementType.STRING) {
            tensor.strings().forEach(text -> scalars.add(
                new OnnxValue.TensorValue(dev.gpux.onnx.Tensor.ofStrings("", new long[0], text))));
            return scalars;
        }
        var onnx = OnnxDataType.of(type.onnx()).orElseThrow();
        long size = type.byteSize(1);
        for (long i = 0; i < tensor.shape().elements(); i++) {
            scalars.add(new OnnxValue.TensorValue(
                dev.gpux.onnx.Tensor.of("", onnx, new long[0], tensor.segment().asSlice(i * size, size))));
        }
        return scalars;
    }
}
