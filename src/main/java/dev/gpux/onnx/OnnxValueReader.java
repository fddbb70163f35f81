package dev.gpux.onnx;

import dev.gpux.onnx.OnnxValue.MapValue;
import dev.gpux.onnx.OnnxValue.OptionalValue;
import dev.gpux.onnx.OnnxValue.SequenceValue;
import dev.gpux.onnx.OnnxValue.TensorValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@link OnnxValue}s; field numbers from onnx-data.proto. */
final class OnnxValueReader {
    private final TensorReader tensors = new TensorReader(ExternalFiles.NOWHERE);

    TensorValue tensor(ProtoReader r) {
        return new TensorValue(tensors.tensor(r));
    }

    SequenceValue sequence(ProtoReader r) {
        var name = "";
        int kind = 0;
        var elements = new ArrayList<OnnxValue>();
        while (r.next()) {
            int field = r.field();
            switch (field) {
                case 1 -> name = r.string("name");
                // The kind of the elements; the field that holds them says the same.
                case 2 -> r.int32("elem_type");
                case 3, 5, 6, 7 -> {
                    if (kind != 0 && kind != field) {
                        throw r.fail("elements of two kinds");
                    }
                    kind = field;
                    elements.add(switch (field) {
                        case 3 -> tensor(r.message("tensor_values"));
                        case 5 -> sequence(r.message("sequence_values"));
                        case 6 -> map(r.message("map_values"));
                        default -> optional(r.message("optional_values"));
                    });
                }
                case 4 -> throw r.fail("sparse tensors in a sequence are not read");
                default -> r.skip();
            }
        }
        return new SequenceValue(name, elements);
    }

    MapValue map(ProtoReader r) {
        var name = "";
        int keyType = 0;
        var integers = new ArrayList<Long>();
        var texts = new ArrayList<Bytes>();
        Optional<SequenceValue> values = Optional.empty();
        while (r.next()) {
            switch (r.field()) {
                case 1 -> name = r.string("name");
                case 2 -> keyType = r.int32("key_type");
                case 3 -> keys(r, integers);
                case 4 -> {
                    r.countObject();
                    texts.add(Bytes.view(r.bytes("string_keys").segment()));
                }
                case 5 -> {
                    if (values.isPresent()) {
                        throw r.fail("values twice");
                    }
                    values = Optional.of(sequence(r.message("values")));
                }
                default -> r.skip();
            }
        }
        int count = values.map(sequence -> sequence.elements().size()).orElse(0);
        if (!integers.isEmpty() && !texts.isEmpty() || integers.size() + texts.size() != count) {
            throw r.fail(integers.size() + " integer keys, " + texts.size() + " string keys and " + count + " values");
        }
        return new MapValue(name, keyType, integers, texts, values.orElse(new SequenceValue("", List.of())));
    }

    private static void keys(ProtoReader r, ArrayList<Long> keys) {
        if (r.wire() == ProtoReader.VARINT) {
            r.countObject();
            keys.add(r.varint("keys"));
            return;
        }
        var packed = r.packed("keys");
        while (!packed.atEnd()) {
            r.countObject();
            keys.add(packed.rawVarint());
        }
    }

    OptionalValue optional(ProtoReader r) {
        var name = "";
        Optional<OnnxValue> value = Optional.empty();
        while (r.next()) {
            int field = r.field();
            switch (field) {
                case 1 -> name = r.string("name");
                // The kind of the value; 0 for none. The field that holds it says the same.
                case 2 -> r.int32("elem_type");
                case 3, 5, 6, 7 -> {
                    if (value.isPresent()) {
                        throw r.fail("two values in one optional");
                    }
                    value = Optional.of(switch (field) {
                        case 3 -> tensor(r.message("tensor_value"));
                        case 5 -> sequence(r.message("sequence_value"));
                        case 6 -> map(r.message("map_value"));
                        default -> optional(r.message("optional_value"));
                    });
                }
                case 4 -> throw r.fail("a sparse tensor in an optional is not read");
                default -> r.skip();
            }
        }
        return new OptionalValue(name, value);
    }
}
