package dev.gpux.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes protobuf messages into a rope: short things in one growing array, everything large by reference.
 *
 * <p>A nested message is written first and its length put in front afterwards, so one pass suffices; what moves is
 * only the short part, the weights stay where they are.
 */
final class ProtoWriter {
    /** From this size on bytes are referenced, not copied. */
    private static final int BY_REFERENCE = 1024;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private byte[] buffer = new byte[256];
    private int length;
    private final List<Reference> references = new ArrayList<>();
    private long referencedBytes;

    /** Bytes that belong before position {@code at} of the array. */
    private record Reference(int at, MemorySegment bytes) {
    }

    /** A number, left out when it is 0, which is what a reader assumes anyway. */
    void number(int field, long value) {
        if (value != 0) {
            varintField(field, value);
        }
    }

    void varintField(int field, long value) {
        tag(field, ProtoReader.VARINT);
        varint(value);
    }

    void float32(int field, float value) {
        tag(field, ProtoReader.FIXED32);
        fixed(Float.floatToRawIntBits(value), 4);
    }

    /** A text, left out when it is empty. */
    void text(int field, String value) {
        if (!value.isEmpty()) {
            textField(field, value);
        }
    }

    void textField(int field, String value) {
        bytes(field, MemorySegment.ofArray(value.getBytes(StandardCharsets.UTF_8)));
    }

    void bytes(int field, MemorySegment value) {
        tag(field, ProtoReader.LENGTH);
        varint(value.byteSize());
        append(value);
    }

    void message(int field, Runnable body) {
        int start = length;
        int firstReference = references.size();
        long referencedBefore = referencedBytes;
        body.run();
        long size = length - start + (referencedBytes - referencedBefore);
        int end = length;
        tag(field, ProtoReader.LENGTH);
        varint(size);
        int header = length - end;
        rotate(start, end, header);
        for (int i = firstReference; i < references.size(); i++) {
            var reference = references.get(i);
            references.set(i, new Reference(reference.at + header, reference.bytes));
        }
    }

    /** Bytes that are encoded fields already. */
    void raw(Span records) {
        if (records.size() > 0) {
            append(records.segment());
        }
    }

    void varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[length++] = (byte) rest;
    }

    void fixed(long value, int size) {
        reserve(size);
        for (int i = 0; i < size; i++) {
            buffer[length++] = (byte) (value >>> (8 * i));
        }
    }

    /** The size of all that was written, in bytes. */
    long size() {
        return length + referencedBytes;
    }

    /** All that was written, as pieces in order; views, not copies. */
    List<MemorySegment> pieces() {
        var pieces = new ArrayList<MemorySegment>();
        var array = MemorySegment.ofArray(buffer);
        int from = 0;
        for (var reference : references) {
            if (reference.at > from) {
                pieces.add(array.asSlice(from, reference.at - from));
                from = reference.at;
            }
            pieces.add(reference.bytes);
        }
        if (length > from) {
            pieces.add(array.asSlice(from, length - from));
        }
        return pieces;
    }

    /** All that was written, as one array; for small things. */
    byte[] toBytes() {
        if (size() > MAX_ARRAY) {
            throw new OnnxFormatException(size() + " bytes do not fit a Java array");
        }
        var bytes = new byte[(int) size()];
        int at = 0;
        for (var piece : pieces()) {
            int size = (int) piece.byteSize();
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, bytes, at, size);
            at += size;
        }
        return bytes;
    }

    Span toSpan() {
        return Span.of(MemorySegment.ofArray(toBytes()).asReadOnly());
    }

    private void tag(int field, int wire) {
        varint((long) field << 3 | wire);
    }

    private void append(MemorySegment bytes) {
        long size = bytes.byteSize();
        if (size >= BY_REFERENCE) {
            references.add(new Reference(length, bytes));
            referencedBytes += size;
        } else {
            reserve((int) size);
            MemorySegment.copy(bytes, 0, MemorySegment.ofArray(buffer), length, size);
            length += (int) size;
        }
    }

    /** Moves the header, which was appended after the body, in front of it. */
    private void rotate(int start, int end, int header) {
        var saved = Arrays.copyOfRange(buffer, end, end + header);
        System.arraycopy(buffer, start, buffer, start + header, end - start);
        System.arraycopy(saved, 0, buffer, start, header);
    }

    private void reserve(int more) {
        if (buffer.length - length >= more) {
            return;
        }
        long wanted = (long) length + more;
        if (wanted > MAX_ARRAY) {
            throw new OnnxFormatException("the model without its weights would take more than 2 GiB");
        }
        buffer = Arrays.copyOf(buffer, (int) Math.min(MAX_ARRAY, Math.max(wanted, 2L * buffer.length)));
    }
}
