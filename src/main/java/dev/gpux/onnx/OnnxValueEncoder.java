package dev.gpux.onnx;

import dev.gpux.onnx.OnnxValue.MapValue;
import dev.gpux.onnx.OnnxValue.OptionalValue;
import dev.gpux.onnx.OnnxValue.SequenceValue;
import dev.gpux.onnx.OnnxValue.TensorValue;
import java.util.function.UnaryOperator;

/** Encodes {@link OnnxValue}s; field numbers from onnx-data.proto. */
final class OnnxValueEncoder {
    private final ProtoWriter out;
    private final ModelEncoder tensors;

    OnnxValueEncoder(ProtoWriter out) {
        this.out = out;
        this.tensors = new ModelEncoder(out, UnaryOperator.identity(), UnaryOperator.identity());
    }

    void value(OnnxValue value) {
        switch (value) {
            case TensorValue(var tensor) -> tensors.tensor(tensor);
            case SequenceValue sequence -> sequence(sequence);
            case MapValue map -> map(map);
            case OptionalValue optional -> optional(optional);
        }
    }

    private void sequence(SequenceValue sequence) {
        out.text(1, sequence.name());
        if (!sequence.elements().isEmpty()) {
            out.varintField(2, kind(sequence.elements().getFirst()));
        }
        sequence.elements().forEach(element -> out.message(field(element), () -> value(element)));
    }

    private void map(MapValue map) {
        out.text(1, map.name());
        out.number(2, map.keyType());
        map.integers().forEach(key -> out.varintField(3, key));
        map.texts().forEach(key -> out.bytes(4, key.segment()));
        out.message(5, () -> sequence(map.values()));
    }

    private void optional(OptionalValue optional) {
        out.text(1, optional.name());
        optional.value().ifPresent(value -> {
            out.varintField(2, kind(value));
            out.message(field(value), () -> value(value));
        });
    }

    /** The number of the field that holds a value in a sequence or optional. */
    private static int field(OnnxValue value) {
        return switch (value) {
            case TensorValue _ -> 3;
            case SequenceValue _ -> 5;
            case MapValue _ -> 6;
            case OptionalValue _ -> 7;
        };
    }

    /** {@code SequenceProto.DataType}, which {@code OptionalProto.DataType} agrees with. */
    private static int kind(OnnxValue value) {
        return field(value) - 2;
    }
}
