package dev.gpux.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A message of an ONNX file as a list of fields that can be changed at will: what is written is always well-formed
 * protobuf, so that what reads it gets to what the fields mean.
 */
final class OnnxMessage {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;

    /** The messages of onnx.proto, as far as a model's structure goes: field number → the message in it. */
    enum Kind {
        MODEL, GRAPH, NODE, ATTRIBUTE, TENSOR, SPARSE, VALUE, TYPE, TENSOR_TYPE, SHAPE, DIM, SEQUENCE_TYPE, MAP_TYPE,
        OPTIONAL_TYPE, PAIR, OPSET, FUNCTION;

        private static final Map<Kind, Map<Integer, Kind>> CHILDREN = Map.ofEntries(
            Map.entry(MODEL, Map.of(7, GRAPH, 8, OPSET, 14, PAIR, 25, FUNCTION)),
            Map.entry(GRAPH, Map.of(1, NODE, 5, TENSOR, 11, VALUE, 12, VALUE, 13, VALUE, 15, SPARSE)),
            Map.entry(NODE, Map.of(5, ATTRIBUTE)),
            Map.entry(ATTRIBUTE, Map.of(5, TENSOR, 6, GRAPH, 10, TENSOR, 11, GRAPH, 14, TYPE, 22, SPARSE)),
            Map.entry(TENSOR, Map.of(13, PAIR)), Map.entry(SPARSE, Map.of(1, TENSOR, 2, TENSOR)),
            Map.entry(VALUE, Map.of(2, TYPE)),
            Map.entry(TYPE, Map.of(1, TENSOR_TYPE, 4, SEQUENCE_TYPE, 5, MAP_TYPE, 8, TENSOR_TYPE, 9, OPTIONAL_TYPE)),
            Map.entry(TENSOR_TYPE, Map.of(2, SHAPE)), Map.entry(SHAPE, Map.of(1, DIM)),
            Map.entry(SEQUENCE_TYPE, Map.of(1, TYPE)), Map.entry(MAP_TYPE, Map.of(2, TYPE)),
            Map.entry(OPTIONAL_TYPE, Map.of(1, TYPE)), Map.entry(FUNCTION, Map.of(7, NODE, 9, OPSET, 11, ATTRIBUTE)));

        Map<Integer, Kind> children() {
            return CHILDREN.getOrDefault(this, Map.of());
        }
    }

    /** A field: a number, bytes, or a message; {@link #value} says which. */
    static final class Field {
        final int number;
        /** A {@code Long}, a {@code Float}, a {@code byte[]} or an {@code OnnxMessage}. */
        Object value;

        Field(int number, Object value) {
            this.number = number;
            this.value = value;
        }

        private Field copy() {
            return new Field(number, value instanceof OnnxMessage message ? message.copy() : value);
        }
    }

    final Kind kind;
    final List<Field> fields = new ArrayList<>();

    OnnxMessage(Kind kind) {
        this.kind = kind;
    }

    /** Reads a model, which must be well-formed. */
    static OnnxMessage model(byte[] bytes) {
        return read(Kind.MODEL, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    private static OnnxMessage read(Kind kind, ByteBuffer in) {
        var message = new OnnxMessage(kind);
        while (in.hasRemaining()) {
            long tag = varint(in);
            int number = (int) (tag >>> 3);
            message.fields.add(new Field(number, switch ((int) (tag & 7)) {
                case VARINT -> varint(in);
                case FIXED64 -> in.getLong();
                case LENGTH -> {
                    int length = (int) varint(in);
                    var part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
                    in.position(in.position() + length);
                    var child = kind.children().get(number);
                    yield child != null ? read(child, part) : bytes(part);
                }
                default -> in.getFloat();
            }));
        }
        return message;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private static byte[] bytes(ByteBuffer in) {
        var bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }

    OnnxMessage copy() {
        var copy = new OnnxMessage(kind);
        fields.forEach(field -> copy.fields.add(field.copy()));
        return copy;
    }

    /** This message and all in it. */
    List<OnnxMessage> all() {
        var found = new ArrayList<OnnxMessage>();
        collect(found);
        return found;
    }

    private void collect(List<OnnxMessage> found) {
        found.add(this);
        for (var field : fields) {
            if (field.value instanceof OnnxMessage child) {
                child.collect(found);
            }
        }
    }

    byte[] toBytes() {
        var out = new ByteArrayOutputStream();
        for (var field : fields) {
            switch (field.value) {
                case Long number -> {
                    varint(out, (long) field.number << 3 | VARINT);
                    varint(out, number);
                }
                case Float number -> {
                    varint(out, (long) field.number << 3 | 5);
                    varint32(out, Float.floatToRawIntBits(number));
                }
                case OnnxMessage message -> delimited(out, field.number, message.toBytes());
                case Object bytes -> delimited(out, field.number, (byte[]) bytes);
            }
        }
        return out.toByteArray();
    }

    private static void delimited(ByteArrayOutputStream out, int number, byte[] bytes) {
        varint(out, (long) number << 3 | LENGTH);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static void varint32(ByteArrayOutputStream out, int bits) {
        for (int i = 0; i < 4; i++) {
            out.write(bits >>> 8 * i);
        }
    }
}
