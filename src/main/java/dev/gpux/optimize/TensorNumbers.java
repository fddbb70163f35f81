package dev.gpux.optimize;

import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The elements of a tensor of a model file as numbers, read where they lie. 64-bit integers beyond 2^53 lose digits.
 * Thread-safe.
 */
@FunctionalInterface
public interface TensorNumbers {
    /** {@code float32} as model files have it, at any address. */
    ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The element at a row-major index. */
    double get(long index);

    /**
     * The elements of {@code tensor}; empty if they are no real numbers, or narrower than a byte.
     *
     * @throws dev.gpux.onnx.OnnxFormatException if the tensor's data cannot be had
     */
    static Optional<TensorNumbers> of(Tensor tensor) {
        return tensor.type().flatMap(type -> of(type, tensor));
    }

    private static Optional<TensorNumbers> of(OnnxDataType type, Tensor tensor) {
        return Optional.ofNullable(switch (type) {
            case FLOAT -> floats(tensor.bytes());
            case DOUBLE -> doubles(tensor.bytes());
            case FLOAT16 -> halves(tensor.bytes());
            case BFLOAT16 -> bfloats(tensor.bytes());
            case INT8 -> signedBytes(tensor.bytes());
            case UINT8, BOOL -> unsignedBytes(tensor.bytes());
            case INT16 -> shorts(tensor.bytes(), false);
            case UINT16 -> shorts(tensor.bytes(), true);
            case INT32 -> ints(tensor.bytes(), false);
            case UINT32 -> ints(tensor.bytes(), true);
            case INT64, UINT64 -> longs(tensor.bytes());
            default -> null;
        });
    }

    private static TensorNumbers floats(MemorySegment bytes) {
        return i -> bytes.get(FLOAT, i << 2);
    }

    private static TensorNumbers doubles(MemorySegment bytes) {
        var layout = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        return i -> bytes.get(layout, i << 3);
    }

    private static TensorNumbers halves(MemorySegment bytes) {
        var layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        return i -> Float.float16ToFloat(bytes.get(layout, i << 1));
    }

    private static TensorNumbers bfloats(MemorySegment bytes) {
        var layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        return i -> Float.intBitsToFloat(bytes.get(layout, i << 1) << 16);
    }

    private static TensorNumbers signedBytes(MemorySegment bytes) {
        return i -> bytes.get(ValueLayout.JAVA_BYTE, i);
    }

    private static TensorNumbers unsignedBytes(MemorySegment bytes) {
        return i -> Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, i));
    }

    private static TensorNumbers shorts(MemorySegment bytes, boolean unsigned) {
        var layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        return unsigned ? i -> Short.toUnsignedInt(bytes.get(layout, i << 1)) : i -> bytes.get(layout, i << 1);
    }

    private static TensorNumbers ints(MemorySegment bytes, boolean unsigned) {
        var layout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        return unsigned ? i -> Integer.toUnsignedLong(bytes.get(layout, i << 2)) : i -> bytes.get(layout, i << 2);
    }

    private static TensorNumbers longs(MemorySegment bytes) {
        var layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        return i -> bytes.get(layout, i << 3);
    }
}
