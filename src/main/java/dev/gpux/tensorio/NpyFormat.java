package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/** NumPy's {@code .npy}. */
final class NpyFormat {
    private NpyFormat() { }

    /**
     * Reads an array.
     *
     * @param arena what the tensor lives in
     * @param file the whole file, which must live as long; the tensor lies in it where dtype, byte order, index order
     *             and alignment allow
     */
    static Tensor read(Arena arena, MemorySegment file, ValueInfo expected) {
        var type = Declared.tensor(expected, "a .npy file");
        var header = NpyHeader.read(file);
        var items = items(header, file);
        check(header, type, expected);
        if (header.type().isText()) {
            return text(arena, header, items);
        }
        if (PackedBits.isPacked(type.elementType())) {
            return packed(arena, header, items, type.elementType());
        }
        return numbers(arena, header, items, type.elementType());
    }

    /** Refuses, by its header alone, an array that cannot become what is expected. */
    static void check(NpyHeader header, TensorType type, ValueInfo expected) {
        var wanted = type.elementType();
        var npy = header.type();
        var found = npy.elementType(wanted);
        var description = npy + header.shape().toString();
        if (found.isEmpty() && npy.kind() != 'V') {
            throw new TensorFormatException("the file holds " + description + ", a type that no ONNX model has; save "
                + "it as " + wanted + ": " + saveAs(wanted));
        }
        boolean fits = found.isPresent()
            && (found.get() == wanted || Widening.isLossless(found.get(), wanted) || unpacked(found.get(), wanted));
        if (!fits) {
            throw new TensorFormatException("the file holds " + description + ", and '" + expected.name() + "' is "
                + type + "; only conversions that keep every value are done unasked: save it as " + wanted + ": "
                + saveAs(wanted));
        }
        Declared.requireShape(expected, type, header.shape(), description);
    }

    private static String saveAs(ElementType wanted) {
        return switch (wanted) {
            case STRING -> "numpy.save('x.npy', a.astype(str))";
            case INT4, INT2 -> "numpy.save('x.npy', a.astype('int8'))";
            case UINT4, UINT2 -> "numpy.save('x.npy', a.astype('uint8'))";
            case BFLOAT16, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0, FLOAT4E2M1 ->
                "with a dtype of the Python package ml_dtypes";
            default -> "numpy.save('x.npy', a.astype('" + wanted + "'))";
        };
    }

    /** NumPy has no integers below 8 bits: they come one a byte. */
    private static boolean unpacked(ElementType found, ElementType wanted) {
        return switch (wanted) {
            case INT4, INT2 -> found == ElementType.INT8;
            case UINT4, UINT2 -> found == ElementType.UINT8;
            default -> false;
        };
    }

    private static MemorySegment items(NpyHeader header, MemorySegment file) {
        requireSize(header, file.byteSize());
        return file.asSlice(header.dataOffset());
    }

    /** Refuses a file of {@code fileSize} bytes if that is not what the header says. */
    static void requireSize(NpyHeader header, long fileSize) {
        long there = fileSize - header.dataOffset();
        long size = header.type().itemSize();
        long count = header.shape().elements();
        long wanted = count <= Long.MAX_VALUE / Math.max(1, size) ? count * size : -1;
        if (wanted != there) {
            throw new TensorFormatException("the header says " + header.type() + header.shape() + ", which is "
                + (wanted < 0 ? "more than 2^63" : wanted) + " bytes, and " + there + " follow it"
                + (wanted < 0 || there < wanted ? ": the file was cut short" : ": a .npy file holds one array"));
        }
    }

    private static Tensor numbers(Arena arena, NpyHeader header, MemorySegment items, ElementType wanted) {
        var found = header.type().elementType(wanted).orElseThrow();
        var shape = header.shape();
        if (shape.elements() == 0) {
            return Tensor.allocate(arena, wanted, shape);
        }
        if (found == ElementType.BOOL) {
            Booleans.require(items);
        }
        boolean inPlace = isRowMajor(header) && isNative(header.type());
        if (found == wanted) {
            if (inPlace && items.address() % wanted.alignment() == 0) {
                return Tensor.wrap(arena, wanted, items, shape);
            }
            var tensor = Tensor.allocate(arena, wanted, shape);
            arrange(header, items, tensor.segment());
            return tensor;
        }
        var tensor = Tensor.allocate(arena, wanted, shape);
        if (inPlace) {
            Widening.convert(items, found, tensor.segment(), wanted, shape.elements());
            return tensor;
        }
        try (var scratch = Arena.ofConfined()) {
            var arranged = scratch.allocate(items.byteSize(), Long.BYTES);
            arrange(header, items, arranged);
            Widening.convert(arranged, found, tensor.segment(), wanted, shape.elements());
        }
        return tensor;
    }

    private static Tensor packed(Arena arena, NpyHeader header, MemorySegment items, ElementType wanted) {
        var tensor = Tensor.allocate(arena, wanted, header.shape());
        long count = header.shape().elements();
        try (var scratch = Arena.ofConfined()) {
            var arranged = scratch.allocate(items.byteSize());
            arrange(header, items, arranged);
            boolean unsigned = header.type().kind() != 'i';
            for (long i = 0; i < count; i++) {
                int value = unsigned ? arranged.get(JAVA_BYTE, i) & 0xFF : arranged.get(JAVA_BYTE, i);
                if (value < PackedBits.min(wanted) || value > PackedBits.max(wanted)) {
                    throw new TensorFormatException("element " + i, value + " does not fit " + wanted + " ("
                        + PackedBits.min(wanted) + " to " + PackedBits.max(wanted) + ")", null);
                }
            }
            PackedBits.pack(arranged, wanted, count, tensor.segment());
        }
        return tensor;
    }

    private static Tensor text(Arena arena, NpyHeader header, MemorySegment items) {
        Texts.requireBytes(items.byteSize());
        try (var scratch = Arena.ofConfined()) {
            var ordered = items;
            if (!isRowMajor(header)) {
                ordered = scratch.allocate(items.byteSize());
                ElementLayout.transpose(items, header.shape().toArray(), header.type().itemSize(), ordered);
            }
            var strings = NpyText.decode(ordered, header.type(), header.shape().elements());
            return Tensor.ofStrings(arena, strings, header.shape().toArray());
        }
    }

    /** Row-major, native byte order. */
    private static void arrange(NpyHeader header, MemorySegment items, MemorySegment target) {
        var type = header.type();
        if (isRowMajor(header)) {
            ElementLayout.copy(items, type.order(), type.itemSize(), target);
            return;
        }
        ElementLayout.transpose(items, header.shape().toArray(), type.itemSize(), target);
        if (!isNative(type)) {
            ElementLayout.copy(target, type.order(), type.itemSize(), target);
        }
    }

    private static boolean isNative(NpyType type) {
        return type.itemSize() == 1 || type.order() == ByteOrder.nativeOrder();
    }

    private static boolean isRowMajor(NpyHeader header) {
        return !header.fortran() || header.shape().rank() <= 1;
    }

    /**
     * Writes a tensor, straight from its memory. Types that NumPy lacks are written as raw bytes ({@code V1},
     * {@code V2}: what the Python package ml_dtypes reads and writes), those below 8 bits one a byte.
     */
    static void write(WritableByteChannel out, Tensor tensor) throws IOException {
        var type = tensor.elementType();
        var shape = tensor.shape();
        if (type == ElementType.STRING) {
            var strings = tensor.strings();
            var npy = NpyText.typeOf(strings);
            SegmentOutput.write(out, MemorySegment.ofArray(NpyHeader.write(npy, shape)));
            var item = MemorySegment.ofArray(new byte[npy.itemSize()]);
            for (var string : strings) {
                NpyText.encode(string, item);
                SegmentOutput.write(out, item);
            }
            return;
        }
        SegmentOutput.write(out, MemorySegment.ofArray(NpyHeader.write(NpyType.of(type), shape)));
        if (PackedBits.isPacked(type)) {
            writeUnpacked(out, tensor);
        } else {
            SegmentOutput.write(out, tensor.segment());
        }
    }

    private static void writeUnpacked(WritableByteChannel out, Tensor tensor) throws IOException {
        long count = tensor.shape().elements();
        var bytes = new byte[(int) Math.min(count, 1 << 16)];
        for (long from = 0; from < count; from += bytes.length) {
            int length = (int) Math.min(bytes.length, count - from);
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) PackedBits.get(tensor.segment(), tensor.elementType(), from + i);
            }
            SegmentOutput.write(out, MemorySegment.ofArray(bytes).asSlice(0, length));
        }
    }
}
