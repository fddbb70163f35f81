package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.gpux.ort.Shape;
import dev.gpux.ort.TensorException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What stands before the elements of a {@code .npy} file.
 *
 * <p>Source: NumPy reference, "numpy.lib.format", versions 1.0, 2.0 and 3.0: a magic, two bytes of version, the length
 * of the header (2 bytes, from 2.0 on 4), and the header: a Python dictionary with {@code descr},
 * {@code fortran_order} and {@code shape}.
 *
 * @param type the type of the items
 * @param fortran whether the first index runs fastest
 * @param shape the shape
 * @param dataOffset the byte at which the elements begin
 */
record NpyHeader(NpyType type, boolean fortran, Shape shape, long dataOffset) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** A simple type needs at most some 1,500 bytes; only structured types need more, and those are refused anyway. */
    static final int MAX_HEADER = 1 << 16;
    /** NumPy's own limit (NPY_MAXDIMS since 2.0). */
    static final int MAX_RANK = 64;
    /** NumPy aligns the elements so, "to allow memory mapping". */
    static final int ALIGNMENT = 64;

    static boolean hasMagic(MemorySegment file) {
        return file.byteSize() >= MAGIC.length
            && MemorySegment.mismatch(file, 0, MAGIC.length, MemorySegment.ofArray(MAGIC), 0, MAGIC.length) == -1;
    }

    /**
     * Reads the header.
     *
     * @param start at least the first {@link #MAX_HEADER} + 12 bytes of the file, or all of them
     * @throws TensorFormatException if it is malformed
     */
    static NpyHeader read(MemorySegment start) {
        if (!hasMagic(start)) {
            throw new TensorFormatException("this is not a .npy file: it does not begin with \\x93NUMPY");
        }
        if (start.byteSize() < 10) {
            throw cutShort();
        }
        int major = start.get(JAVA_BYTE, 6);
        int lengthBytes = switch (major) {
            case 1 -> 2;
            case 2, 3 -> 4;
            default -> throw new TensorFormatException(".npy version " + (major & 0xFF) + " is not known; 1 to 3 are");
        };
        int from = 8 + lengthBytes;
        if (start.byteSize() < from) {
            throw cutShort();
        }
        long length = 0;
        for (int i = lengthBytes - 1; i >= 0; i--) {
            length = length << 8 | start.get(JAVA_BYTE, 8L + i) & 0xFF;
        }
        if (length > MAX_HEADER) {
            throw new TensorFormatException("the .npy header has " + length + " bytes; a plain array needs at most "
                + MAX_HEADER + " (is it a structured array?)");
        }
        if (start.byteSize() - from < length) {
            throw cutShort();
        }
        var bytes = start.asSlice(from, length).toArray(JAVA_BYTE);
        // From 3.0 on the header is UTF-8, but all that differs from Latin-1 is names of structured types.
        var fields = new NpyDictionary(new String(bytes, StandardCharsets.ISO_8859_1)).parse();
        return new NpyHeader(NpyType.parse(fields.descr()), fields.fortran(), shape(fields.shape()), from + length);
    }

    private static Shape shape(long[] sizes) {
        try {
            return Shape.of(sizes);
        } catch (TensorException e) {
            throw new TensorFormatException("the shape in the .npy header is not possible: " + e.getMessage(), e);
        }
    }

    private static TensorFormatException cutShort() {
        return new TensorFormatException("the file ends inside the .npy header: it was cut short");
    }

    /** The header that describes a row-major array, as a file of version 1.0 has it; its size is a multiple of 64. */
    static byte[] write(NpyType type, Shape shape) {
        if (shape.rank() > MAX_RANK) {
            throw new TensorFormatException("a .npy file holds at most " + MAX_RANK + " dimensions, and this is "
                + shape.rank());
        }
        var text = new StringBuilder("{'descr': '").append(type.descr())
            .append("', 'fortran_order': False, 'shape': (");
        for (int i = 0; i < shape.rank(); i++) {
            text.append(shape.size(i)).append(shape.rank() == 1 ? "," : i + 1 < shape.rank() ? ", " : "");
        }
        text.append("), }");
        int total = (10 + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        text.repeat(' ', total - 10 - text.length() - 1).append('\n');
        var bytes = new byte[total];
        System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
        bytes[6] = 1;
        bytes[8] = (byte) text.length();
        bytes[9] = (byte) (text.length() >>> 8);
        System.arraycopy(text.toString().getBytes(StandardCharsets.US_ASCII), 0, bytes, 10, text.length());
        return bytes;
    }
}
