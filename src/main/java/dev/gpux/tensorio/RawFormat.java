package dev.gpux.tensorio;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Elements and nothing else: row-major, little-endian, as C or {@code numpy.tofile} write them. */
final class RawFormat {
    private RawFormat() { }

    /** A tensor that lies in {@code file}, whose dtype and shape are those declared; one dimension may be open. */
    static Tensor read(Arena arena, MemorySegment file, ValueInfo expected) {
        var type = Declared.tensor(expected, "a .bin file");
        var elementType = type.elementType();
        if (elementType == ElementType.STRING) {
            throw new TensorFormatException("'" + expected.name() + "' is " + type
                + ", and raw bytes hold numbers only; give the text as .txt, .json or .npy");
        }
        var shape = Declared.inferShape(expected, type, elements(file, expected, type));
        if (elementType == ElementType.BOOL) {
            Booleans.require(file);
        }
        if (shape.elements() == 0) {
            return Tensor.allocate(arena, elementType, shape);
        }
        return Tensor.wrap(arena, elementType, file, shape);
    }

    private static long elements(MemorySegment file, ValueInfo expected, TensorType type) {
        int bits = type.elementType().bits();
        long bytes = file.byteSize();
        if (bits >= 8) {
            long size = bits / 8L;
            if (bytes % size != 0) {
                throw new TensorFormatException(bytes + " bytes are no whole number of " + type.elementType()
                    + " (" + size + " bytes each); '" + expected.name() + "' is " + type);
            }
            return bytes / size;
        }
        // Padding bits in the last byte cannot be told from elements, so only the declaration knows the number.
        var fixed = type.fixedShape();
        if (fixed.isPresent() && type.elementType().byteSize(fixed.get().elements()) == bytes) {
            return fixed.get().elements();
        }
        return bytes * (8 / bits);
    }
}
