package dev.gpux.onnx;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/** Finds or decodes the elements of a {@link Tensor}, and refuses those that do not fit its shape. */
final class TensorElements {
    private TensorElements() {
    }

    static MemorySegment bytes(Tensor tensor) {
        var size = tensor.byteSize();
        if (size.isEmpty()) {
            throw new OnnxFormatException(tensor + " has no fixed size in bytes");
        }
        long wanted = size.getAsLong();
        return switch (tensor.data()) {
            case TensorData.Raw(var bytes) -> exactly(wanted, bytes.segment(), tensor, "raw_data");
            case TensorData.External external -> external(tensor, external, wanted);
            case TensorData.Typed typed -> typed(tensor, typed, wanted);
            case TensorData.None _ -> exactly(wanted, Bytes.EMPTY.segment(), tensor, "nothing");
        };
    }

    /** The number of entries that a typed field must have for a shape; several narrow elements may share one. */
    static OptionalLong entries(OnnxDataType type, long elements) {
        return switch (type) {
            case COMPLEX64, COMPLEX128 -> elements > Long.MAX_VALUE / 2
                ? OptionalLong.empty() : OptionalLong.of(2 * elements);
            case UINT4, INT4, FLOAT4E2M1, UINT2, INT2 -> type.byteSize(elements);
            default -> OptionalLong.of(elements);
        };
    }

    private static MemorySegment external(Tensor tensor, TensorData.External external, long wanted) {
        var length = external.length();
        if (length.isPresent() && length.getAsLong() != wanted) {
            throw mismatch(tensor, Names.quote(external.location()), length.getAsLong(), wanted);
        }
        return external.files().slice(external, wanted);
    }

    private static MemorySegment typed(Tensor tensor, TensorData.Typed typed, long wanted) {
        var type = tensor.type().orElseThrow();
        if (type.typedField() != typed.field()) {
            throw new OnnxFormatException(tensor + " has its elements in " + typed.field().label() + " instead of "
                + type.typedField().label());
        }
        var contiguous = typed.values().contiguous();
        if (contiguous.isPresent()) {
            return exactly(wanted, contiguous.get().segment().asReadOnly(), tensor, typed.field().label());
        }
        long count = typed.count();
        var entries = entries(type, tensor.elementCount().orElseThrow());
        if (!entries.equals(OptionalLong.of(count))) {
            throw new OnnxFormatException(tensor + " has " + count + " entries in " + typed.field().label());
        }
        if (wanted > Integer.MAX_VALUE - 8) {
            throw new OnnxFormatException(tensor + " is too large to be decoded from " + typed.field().label());
        }
        return MemorySegment.ofArray(decode(typed.values(), type, (int) wanted)).asReadOnly();
    }

    private static byte[] decode(RepeatedField values, OnnxDataType type, int size) {
        var bytes = new byte[size];
        var elements = values.elements();
        int width = switch (values.kind()) {
            case FIXED32 -> 32;
            case FIXED64 -> 64;
            // Types below a byte come packed: one entry is one byte of raw_data. Only 6-bit floats come one by one.
            default -> type.bits() == 6 ? 6 : Math.max(8, type.bits());
        };
        long at = 0;
        while (elements.next()) {
            put(bytes, at, elements.bits(), width);
            at += width;
        }
        return bytes;
    }

    /** Writes the low bits of a number at a position counted in bits. */
    private static void put(byte[] bytes, long at, long value, int width) {
        int index = (int) (at >>> 3);
        int shift = (int) (at & 7);
        long rest = width == 64 ? value : value & ((1L << width) - 1);
        // A position that is no multiple of 8 occurs with 6-bit elements only, so nothing is shifted out.
        rest <<= shift;
        for (int left = width + shift; left > 0; left -= 8) {
            bytes[index++] |= (byte) rest;
            rest >>>= 8;
        }
    }

    private static MemorySegment exactly(long wanted, MemorySegment bytes, Tensor tensor, String where) {
        if (bytes.byteSize() != wanted) {
            throw mismatch(tensor, where, bytes.byteSize(), wanted);
        }
        return bytes;
    }

    private static OnnxFormatException mismatch(Tensor tensor, String where, long has, long wanted) {
        return new OnnxFormatException(tensor + " needs " + wanted + " bytes, " + where + " has " + has);
    }
}
