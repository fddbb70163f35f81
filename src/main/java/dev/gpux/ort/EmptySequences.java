package dev.gpux.ort;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Sequences without elements. The C API makes a sequence of its elements only ({@code CreateValue} refuses none), but an
 * operator may give an empty one: so a model of that one operator is run.
 */
final class EmptySequences {
    private static final int IR_VERSION = 7;
    private static final int OPERATOR_SET = 13;
    private static final int ATTRIBUTE_INT = 2;

    private EmptySequences() { }

    /** An empty sequence of tensors. */
    static SequenceValue of(Arena arena, ElementType type) {
        try (var options = new SessionOptions()) {
            options.intraOpThreads(1);
            try (var session = Session.open(model(type), options)) {
                return (SequenceValue) session.run(arena, Map.of()).get("s");
            }
        }
    }

    /** {@code s = SequenceEmpty<dtype>()}, field by field, since this package may use nothing that writes models. */
    private static byte[] model(ElementType type) {
        var dtype = new Message().text(1, "dtype").number(3, type.onnx()).number(20, ATTRIBUTE_INT);
        var node = new Message().text(2, "s").text(4, "SequenceEmpty").message(5, dtype);
        var tensor = new Message().message(1, new Message().number(1, type.onnx()));
        var output = new Message().text(1, "s").message(2, new Message().message(4, new Message().message(1, tensor)));
        var graph = new Message().message(1, node).text(2, "empty").message(12, output);
        return new Message().number(1, IR_VERSION).message(7, graph)
            .message(8, new Message().number(2, OPERATOR_SET)).bytes();
    }

    /** A protobuf message whose numbers and lengths are at most 127, so that each is one byte. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int LENGTH_DELIMITED = 2;
        private static final int ONE_BYTE_FIELDS = 15;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, int value) {
            tag(field, VARINT);
            out.write(value);
            return this;
        }

        Message text(int field, String value) {
            return delimited(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return delimited(field, value.bytes());
        }

        private Message delimited(int field, byte[] value) {
            tag(field, LENGTH_DELIMITED);
            out.write(value.length);
            out.writeBytes(value);
            return this;
        }

        private void tag(int field, int wire) {
            int tag = field << 3 | wire;
            if (field > ONE_BYTE_FIELDS) {
                out.write(tag & 0x7F | 0x80);
                tag >>>= 7;
            }
            out.write(tag);
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
