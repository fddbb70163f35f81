package dev.gpux.onnx;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * A value in a file of its own, as the reference cases of models have them ({@code test_data_set_0/input_0.pb}): a
 * {@code TensorProto} of onnx.proto, or a {@code SequenceProto}, {@code MapProto} or {@code OptionalProto} of
 * onnx-data.proto.
 *
 * <p>Such a file does not say which of the four it is; the model does. Tensors are slices of the memory they are read
 * from, as in a model. Immutable.
 */
public sealed interface OnnxValue {
    /** Its name; mostly empty. */
    String name();

    /** A tensor. */
    record TensorValue(Tensor tensor) implements OnnxValue {
        @Override
        public String name() {
            return tensor.name();
        }
    }

    /** Values of one kind. */
    record SequenceValue(String name, List<OnnxValue> elements) implements OnnxValue {
        /** Copies the list. */
        public SequenceValue {
            elements = List.copyOf(elements);
        }
    }

    /**
     * A map, as a list of keys and one of values.
     *
     * @param keyType   the number of the keys' type in {@code TensorProto.DataType}
     * @param integers  the keys, if they are integers; else empty
     * @param texts     the keys, if they are strings; else empty
     * @param values    as many values
     */
    record MapValue(String name, int keyType, List<Long> integers, List<Bytes> texts, SequenceValue values)
            implements OnnxValue {
        /** Copies the lists. */
        public MapValue {
            integers = List.copyOf(integers);
            texts = List.copyOf(texts);
        }
    }

    /** A value or none. */
    record OptionalValue(String name, Optional<OnnxValue> value) implements OnnxValue {
    }

    /**
     * Reads a {@code TensorProto}. The memory must stay as it is while the tensor is used; external data are not read.
     *
     * @throws OnnxFormatException if it is not one
     */
    static TensorValue readTensor(MemorySegment bytes) {
        var reader = new OnnxValueReader();
        return reader.tensor(ProtoReader.of(Span.of(bytes.asReadOnly()), "tensor"));
    }

    /**
     * Reads a {@code SequenceProto}, as {@link #readTensor} does.
     *
     * @throws OnnxFormatException if it is not one
     */
    static SequenceValue readSequence(MemorySegment bytes) {
        return new OnnxValueReader().sequence(ProtoReader.of(Span.of(bytes.asReadOnly()), "sequence"));
    }

    /**
     * Reads a {@code MapProto}, as {@link #readTensor} does.
     *
     * @throws OnnxFormatException if it is not one
     */
    static MapValue readMap(MemorySegment bytes) {
        return new OnnxValueReader().map(ProtoReader.of(Span.of(bytes.asReadOnly()), "map"));
    }

    /**
     * Reads an {@code OptionalProto}, as {@link #readTensor} does.
     *
     * @throws OnnxFormatException if it is not one
     */
    static OptionalValue readOptional(MemorySegment bytes) {
        return new OnnxValueReader().optional(ProtoReader.of(Span.of(bytes.asReadOnly()), "optional"));
    }
}
