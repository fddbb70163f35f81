package dev.gpux.server.oip;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.server.http.HttpException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the tensors behind the JSON: their elements row-major, little-endian; text as lengths and UTF-8. */
final class BinaryTensors {
    private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MOST_STRINGS = 1 << 22;

    private final RequestBody body;
    private final RequestMemory memory;

    BinaryTensors(RequestBody body, RequestMemory memory) {
        this.body = body;
        this.memory = memory;
    }

    /** The next tensor, of {@code size} bytes. */
    TensorData next(String name, ElementType type, Shape shape, long size) throws IOException {
        if (!body.isBinary()) {
            throw new HttpException(400, "the input '" + name + "' is binary, and the request has no "
                + "Inference-Header-Content-Length that says where its JSON ends");
        }
        if (size > body.limit() || body.length().isPresent() && size > body.length().getAsLong()) {
            throw new HttpException(400, "the input '" + name + "' has a binary_data_size of " + size
                + ", more than the body");
        }
        if (type != ElementType.STRING && size != bytes(name, type, shape)) {
            throw new HttpException(400, "the input '" + name + "' has a binary_data_size of " + size + ", and "
                + Datatype.of(type) + shape + " takes " + bytes(name, type, shape));
        }
        var bytes = memory.allocate(size, Tensor.ALIGNMENT);
        body.readFully(bytes);
        return tensor(name, type, shape, bytes);
    }

    private static long bytes(String name, ElementType type, Shape shape) {
        try {
            return type.byteSize(shape.elements());
        } catch (TensorException e) {
            throw new HttpException(400, "input '" + name + "': " + e.getMessage());
        }
    }

    private static TensorData tensor(String name, ElementType type, Shape shape, MemorySegment bytes) {
        if (type == ElementType.STRING) {
            var strings = strings(name, bytes);
            if (strings.size() != shape.elements()) {
                throw new HttpException(400, "the input '" + name + "' has " + strings.size() + " texts, and shape "
                    + shape + " takes " + shape.elements());
            }
            return new TensorData(name, type, shape, MemorySegment.NULL, strings);
        }
        if (type == ElementType.BOOL) {
            requireBooleans(name, bytes);
        }
        return new TensorData(name, type, shape, bytes, List.of());
    }

    private static void requireBooleans(String name, MemorySegment bytes) {
        for (long i = 0; i < bytes.byteSize(); i++) {
            if ((bytes.get(JAVA_BYTE, i) & 0xFE) != 0) {
                throw new HttpException(400, "the input '" + name + "' is BOOL, whose bytes are 0 or 1; byte " + i
                    + " is " + (bytes.get(JAVA_BYTE, i) & 0xFF));
            }
        }
    }

    private static List<String> strings(String name, MemorySegment bytes) {
        var strings = new ArrayList<String>();
        for (long at = 0; at < bytes.byteSize();) {
            long left = bytes.byteSize() - at - Integer.BYTES;
            long length = left < 0 ? 0 : Integer.toUnsignedLong(bytes.get(LENGTH, at));
            if (left < 0 || length > left || strings.size() == MOST_STRINGS) {
                throw new HttpException(400, "the input '" + name + "' is malformed: text " + strings.size()
                    + " is a length of 4 bytes, little-endian, and as many bytes of UTF-8, within the tensor's bytes");
            }
            strings.add(text(name, bytes.asSlice(at + Integer.BYTES, length)));
            at += Integer.BYTES + length;
        }
        return strings;
    }

    private static String text(String name, MemorySegment bytes) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(bytes.asByteBuffer()).toString();
            if (text.indexOf(0) < 0) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // As below.
        }
        throw new HttpException(400, "the input '" + name + "' has a text that is not UTF-8, or has a NUL in it");
    }

    /** The tensor that is all of the body; what its declared type leaves open follows from the length. */
    TensorData rest(String name, TensorType type) throws IOException {
        var bytes = body.length().isPresent() && body.length().getAsLong() <= body.limit()
            ? exact(body.length().getAsLong()) : upToLimit();
        if (type.elementType() == ElementType.STRING) {
            var strings = List.of(text(name, bytes));
            var shape = shape(name, type, 1);
            return new TensorData(name, ElementType.STRING, shape, MemorySegment.NULL, strings);
        }
        int bits = type.elementType().bits();
        long elements = bytes.byteSize() * 8 / bits;
        if (elements * bits != bytes.byteSize() * 8) {
            throw new HttpException(400, bytes.byteSize() + " bytes are no whole number of elements of "
                + Datatype.of(type.elementType()));
        }
        return tensor(name, type.elementType(), shape(name, type, elements), bytes);
    }

    private MemorySegment exact(long length) throws IOException {
        var bytes = memory.allocate(length, Tensor.ALIGNMENT);
        body.readFully(bytes);
        return bytes;
    }

    private MemorySegment upToLimit() throws IOException {
        var bytes = memory.allocate(body.limit(), Tensor.ALIGNMENT);
        var content = bytes.asSlice(0, body.readUpTo(bytes));
        if (!body.isAtEnd()) {
            throw new HttpException(413, "the body is longer than " + body.limit()
                + " bytes, which is the limit of this server (serve: max_body)");
        }
        return content;
    }

    /** The last open dimension takes what the fixed ones leave; those before it are 1. */
    private static Shape shape(String name, TensorType type, long elements) {
        if (type.dimensions().isEmpty()) {
            return elements == 1 ? Shape.SCALAR : Shape.of(elements);
        }
        long fixed = 1;
        for (var dimension : type.dimensions()) {
            fixed *= dimension.isFixed() ? dimension.size() : 1;
        }
        // The last open one: a batch of one of any length is what a client without a shape can mean.
        var open = type.dimensions().stream().filter(dimension -> !dimension.isFixed())
            .reduce((_, last) -> last);
        if (fixed == 0 || elements % fixed != 0 || open.isEmpty() && elements != fixed) {
            throw new HttpException(400, elements + " elements do not fit '" + name + "', which is "
                + Datatype.of(type.elementType()) + type.dimensions());
        }
        return shape(type, open, elements / fixed);
    }

    private static Shape shape(TensorType type, Optional<Dimension> open, long rest) {
        var sizes = new long[type.dimensions().size()];
        int last = open.isEmpty() ? -1 : type.dimensions().lastIndexOf(open.get());
        for (int i = 0; i < sizes.length; i++) {
            var dimension = type.dimensions().get(i);
            sizes[i] = dimension.isFixed() ? dimension.size() : i == last ? rest : 1;
        }
        return Shape.of(sizes);
    }

    /** Refuses bytes that belong to no tensor. */
    void requireEnd() throws IOException {
        if (!body.isAtEnd()) {
            throw new HttpException(400, "there are bytes behind the last binary tensor");
        }
    }
}
