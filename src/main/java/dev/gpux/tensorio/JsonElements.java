package dev.gpux.tensorio;

import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/** Collects the elements of one tensor from JSON values, each checked against the element type as it comes. */
final class JsonElements implements AutoCloseable {
    private final ElementType type;
    private final JsonNumbers numbers;
    private final NativeBuffer buffer;
    private final List<String> strings = new ArrayList<>();
    private long textBytes;
    private long count;

    JsonElements(ElementType type) {
        this.type = type;
        this.numbers = new JsonNumbers(type);
        this.buffer = new NativeBuffer();
    }

    ElementType type() {
        return type;
    }

    /** Takes the scalar at the cursor. */
    void take(JsonCursor cursor) throws IOException {
        switch (type) {
            case STRING -> string(cursor);
            case BOOL -> buffer.putByte(bool(cursor));
            case INT8, UINT8, INT4, UINT4, INT2, UINT2 -> buffer.putByte((int) numbers.integer(cursor));
            case INT16, UINT16 -> buffer.putShort((int) numbers.integer(cursor));
            case INT32, UINT32 -> buffer.putInt((int) numbers.integer(cursor));
            case INT64, UINT64 -> buffer.putLong(numbers.integer(cursor));
            case FLOAT32 -> buffer.putFloat(numbers.float32(cursor));
            case FLOAT64 -> buffer.putDouble(numbers.float64(cursor));
            case FLOAT16, BFLOAT16 -> buffer.putShort(numbers.float16(cursor));
            case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0, FLOAT4E2M1 ->
                buffer.putByte(numbers.smallFloat(cursor));
            case COMPLEX64, COMPLEX128 -> throw cursor.fail(Declared.NO_COMPLEX);
        }
        count++;
    }

    private void string(JsonCursor cursor) throws IOException {
        if (cursor.token() != JsonToken.VALUE_STRING) {
            throw cursor.fail("text in quotes was expected, found " + cursor.found());
        }
        try {
            var text = Texts.storable(cursor.parser().getText());
            textBytes += text.length();
            Texts.requireBytes(textBytes);
            Texts.requireCount(count + 1);
            strings.add(text);
        } catch (TensorFormatException e) {
            throw cursor.fail(e.problem());
        }
    }

    private static int bool(JsonCursor cursor) throws IOException {
        switch (cursor.token()) {
            case VALUE_TRUE -> {
                return 1;
            }
            case VALUE_FALSE -> {
                return 0;
            }
            case VALUE_NUMBER_INT -> {
                var text = cursor.parser().getText();
                if (text.equals("0") || text.equals("1")) {
                    return text.charAt(0) - '0';
                }
            }
            default -> { }
        }
        throw cursor.fail("true or false (or 1 or 0) was expected for bool, found " + cursor.found());
    }

    /** The tensor of all that was taken; {@code shape} must have as many elements. */
    Tensor toTensor(Arena arena, Shape shape) {
        if (type == ElementType.STRING) {
            return Tensor.ofStrings(arena, strings, shape.toArray());
        }
        if (PackedBits.isPacked(type)) {
            var tensor = Tensor.allocate(arena, type, shape);
            PackedBits.pack(buffer.content(), type, count, tensor.segment());
            return tensor;
        }
        return Tensor.copyOf(arena, type, buffer.content(), shape.toArray());
    }

    /** All that was taken, in memory of {@code memory}; text as it is. */
    JsonData toData(SegmentAllocator memory, Shape nested) {
        if (type == ElementType.STRING) {
            return new JsonData(type, nested, MemorySegment.NULL, strings);
        }
        var bytes = memory.allocate(type.byteSize(count), Tensor.ALIGNMENT);
        if (PackedBits.isPacked(type)) {
            PackedBits.pack(buffer.content(), type, count, bytes);
        } else {
            bytes.copyFrom(buffer.content());
        }
        return new JsonData(type, nested, bytes, List.of());
    }

    @Override
    public void close() {
        buffer.close();
    }
}
