package dev.gpux.onnx;

import java.nio.charset.CharacterCodingException;

/**
 * A cursor over the fields of one protobuf message (wire format: protobuf.dev, "Encoding").
 *
 * <p>Stricter than protobuf where a difference between two readers of one file could be abused: a known field with a
 * wrong wire type, an overlong varint and a group are errors here.
 */
final class ProtoReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int FIXED32 = 5;

    /** Protobuf's own default, and so ORT's. */
    static final int MAX_DEPTH = 100;

    private static final int MAX_FIELD = (1 << 29) - 1;
    private static final String[] WIRE_NAMES =
        {"a varint", "8 bytes", "a length", "a group", "the end of a group", "4 bytes"};

    private final ProtoInput input;
    private final ProtoReader parent;
    private final String name;
    private final int depth;
    private final long end;
    private long position;
    private long tagAt;
    private int field;
    private int wire;

    private ProtoReader(ProtoInput input, ProtoReader parent, String name, int depth, long start, long end) {
        this.input = input;
        this.parent = parent;
        this.name = name;
        this.depth = depth;
        this.position = start;
        this.tagAt = start;
        this.end = end;
    }

    /** A reader of a message that fills a span. */
    static ProtoReader of(Span span, String name) {
        return new ProtoReader(new ProtoInput(span), null, name, 0, span.start(), span.end());
    }

    /** A second reader of the same message from its first byte. */
    ProtoReader restart(Span message) {
        return new ProtoReader(input, parent, name, depth, message.start(), message.end());
    }

    /** Steps to the next field; false at the end of the message. The field's value must be read or skipped first. */
    boolean next() {
        if (position == end) {
            return false;
        }
        tagAt = position;
        long tag = rawVarint();
        long number = tag >>> 3;
        field = (int) number;
        wire = (int) (tag & 7);
        if (number == 0 || number > MAX_FIELD) {
            throw fail("field number " + number + " is not possible in protobuf", tagAt);
        }
        if (wire >= WIRE_NAMES.length || wire == 3 || wire == 4) {
            throw fail("field " + field + " has wire type " + wire + ", which no ONNX file uses", tagAt);
        }
        return true;
    }

    int field() {
        return field;
    }

    int wire() {
        return wire;
    }

    boolean atEnd() {
        return position == end;
    }

    /** The bytes of this message that have not been read yet. */
    Span rest() {
        return new Span(input.segment(), position, end);
    }

    long varint(String label) {
        expect(VARINT, label);
        return rawVarint();
    }

    int int32(String label) {
        return (int) varint(label);
    }

    float float32(String label) {
        expect(FIXED32, label);
        return Float.intBitsToFloat((int) rawFixed(4));
    }

    /** A message in this one. */
    ProtoReader message(String label) {
        expect(LENGTH, label);
        if (depth == MAX_DEPTH) {
            throw fail("messages are nested deeper than " + MAX_DEPTH, tagAt);
        }
        long size = length(label);
        countObject();
        var child = new ProtoReader(input, this, label, depth + 1, position, position + size);
        position += size;
        return child;
    }

    String string(String label) {
        expect(LENGTH, label);
        long size = length(label);
        if (size > ProtoInput.MAX_STRING) {
            throw fail("text of " + size + " bytes in " + label + "; at most " + ProtoInput.MAX_STRING
                + " are read", tagAt);
        }
        countObject();
        try {
            var text = input.text(position, (int) size);
            position += size;
            return text;
        } catch (CharacterCodingException e) {
            throw fail("the text in " + label + " is not UTF-8", position);
        }
    }

    Span bytes(String label) {
        expect(LENGTH, label);
        long size = length(label);
        var span = new Span(input.segment(), position, position + size);
        position += size;
        return span;
    }

    /** The numbers of a packed field, to be read with the raw methods until {@link #atEnd()}. */
    ProtoReader packed(String label) {
        var span = bytes(label);
        return new ProtoReader(input, this, label, depth, span.start(), span.end());
    }

    /** Skips the value of the current field. */
    void skip() {
        switch (wire) {
            case VARINT -> rawVarint();
            case FIXED64 -> rawFixed(8);
            case FIXED32 -> rawFixed(4);
            default -> {
                long size = length("field " + field);
                position += size;
            }
        }
    }

    /** Skips the value of the current field and gives back the whole record, its tag included. */
    Span skipRecord() {
        skip();
        return new Span(input.segment(), tagAt, position);
    }

    long rawVarint() {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position == end) {
                throw truncated("a varint", 1);
            }
            int b = input.byteAt(position++);
            if (shift == 63 && b > 1) {
                break;
            }
            result |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return result;
            }
        }
        throw fail("a varint has more than 64 bits", position - 1);
    }

    /** A little-endian number of 4 or 8 bytes. */
    long rawFixed(int size) {
        if (end - position < size) {
            throw truncated("a number", size);
        }
        long result = 0;
        for (int i = 0; i < size; i++) {
            result |= (long) input.byteAt(position + i) << (8 * i);
        }
        position += size;
        return result;
    }

    /** Counts something that costs heap out of proportion to its bytes in the file. */
    void countObject() {
        if (!input.count()) {
            throw fail("more than " + ProtoInput.MAX_OBJECTS + " messages and texts: no model needs so many", tagAt);
        }
    }

    /** An error at the current field. */
    OnnxFormatException fail(String what) {
        return fail(what, tagAt);
    }

    private void expect(int wanted, String label) {
        if (wire != wanted) {
            throw fail(label + " should be " + WIRE_NAMES[wanted] + ", is " + WIRE_NAMES[wire], tagAt);
        }
    }

    private long length(String label) {
        long size = rawVarint();
        if (size < 0 || size > end - position) {
            throw truncated(label, size);
        }
        return size;
    }

    private OnnxFormatException truncated(String label, long wanted) {
        var wants = label + " wants " + Long.toUnsignedString(wanted) + (wanted == 1 ? " byte" : " bytes");
        return end == input.size()
            ? new OnnxFormatException("truncated: " + path() + ": " + wants + " at offset " + position
                + ", the file has " + input.size(), position)
            : fail(wants + ", but its message ends at offset " + end, position);
    }

    private OnnxFormatException fail(String what, long offset) {
        return new OnnxFormatException("malformed: " + path() + ": " + what + " (offset " + offset + ")", offset);
    }

    private String path() {
        return parent == null ? name : parent.path() + "." + name;
    }
}
