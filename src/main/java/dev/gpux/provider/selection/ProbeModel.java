package dev.gpux.provider.selection;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The smallest model that a provider has something to do for: {@code y = Relu(x)} on float32 vectors of any length.
 *
 * <p>Written here field by field (ONNX's {@code onnx.proto3}, operator set 13), since this package may use nothing that
 * writes models. The shape is left open and the operator is one that every provider has.
 */
public final class ProbeModel {
    private static final int IR_VERSION = 7;
    private static final int OPERATOR_SET = 13;
    private static final int FLOAT = 1;
    private static final byte[] BYTES = model();

    private ProbeModel() { }

    /** The model's file. */
    public static byte[] bytes() {
        return BYTES.clone();
    }

    private static byte[] model() {
        var node = new Message().text(1, "x").text(2, "y").text(3, "probe").text(4, "Relu");
        var graph = new Message().message(1, node).text(2, "probe").message(11, value("x")).message(12, value("y"));
        return new Message().number(1, IR_VERSION).message(7, graph)
            .message(8, new Message().number(2, OPERATOR_SET)).bytes();
    }

    /** {@code ValueInfoProto}: a float32 vector whose length is called n. */
    private static Message value(String name) {
        var shape = new Message().message(1, new Message().text(2, "n"));
        var tensor = new Message().number(1, FLOAT).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** A protobuf message of at most 127 bytes, so that every length is one byte. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int LENGTH_DELIMITED = 2;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, int value) {
            out.write(field << 3 | VARINT);
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
            out.write(field << 3 | LENGTH_DELIMITED);
            out.write(value.length);
            out.writeBytes(value);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
