package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Reads type and shape of an {@code OrtValue} that is a tensor. */
final class TensorInfo {
    /** The first version with the call that reads both without allocating. */
    static final int BY_REFERENCE = 24;
    private static final long SIZES = Long.BYTES;
    private static final long RANK = 2 * Long.BYTES;

    private TensorInfo() { }

    /**
     * Whether {@code value} is a tensor, and not, for instance, an optional without one; its shape and type can be read
     * then.
     *
     * @param scratch {@link Values#SCRATCH} bytes, aligned to 8
     */
    static boolean isTensor(Api api, long value, MemorySegment scratch) {
        if (api.version() >= BY_REFERENCE) {
            return api.tensorTypeAndShape(value, scratch);
        }
        var handle = MemorySegment.ofAddress(value);
        api.check(api.call(ApiFunction.IS_TENSOR, handle, scratch));
        boolean tensor = scratch.get(JAVA_INT, 0) != 0;
        api.check(api.call(ApiFunction.HAS_VALUE, handle, scratch));
        return tensor && scratch.get(JAVA_INT, 0) != 0;
    }

    /** The shape of {@code value}; {@link #elementType} then gives its type. */
    static Shape shape(Api api, long value, MemorySegment scratch) {
        return api.version() >= BY_REFERENCE
            ? Shape.read(scratch.get(JAVA_LONG, SIZES), (int) scratch.get(JAVA_LONG, RANK))
            : readCopy(api, value, scratch);
    }

    /** The type of the tensor whose shape was read with {@code scratch}. */
    static ElementType elementType(MemorySegment scratch) {
        return TypeReader.element(scratch.get(JAVA_INT, 0));
    }

    /**
     * Whether {@code value} is the very one that {@code tensor} was made of before: same object, same memory, same
     * shape. Allocates nothing where the library can tell without.
     *
     * @param scratch {@link Values#SCRATCH} bytes, aligned to 8
     */
    static boolean sameAs(Api api, long value, Tensor tensor, MemorySegment scratch) {
        if (value != tensor.pointer() || tensor.elementType() == ElementType.STRING || api.version() < BY_REFERENCE
            || api.tensorData(value, scratch) != tensor.address()) {
            return false;
        }
        return api.tensorTypeAndShape(value, scratch) && tensor.shape().hasSizes(scratch.get(JAVA_LONG, SIZES), (int) scratch.get(JAVA_LONG, RANK));
    }

    private static Shape readCopy(Api api, long value, MemorySegment type) {
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            api.check(api.call(ApiFunction.GET_TENSOR_TYPE_AND_SHAPE, Api.value(value), out));
            var info = out.get(ADDRESS, 0);
            try {
                api.check(api.call(ApiFunction.GET_TENSOR_ELEMENT_TYPE, info, type));
                api.check(api.call(ApiFunction.GET_DIMENSIONS_COUNT, info, out));
                int rank = (int) out.get(JAVA_LONG, 0);
                var sizes = arena.allocate(JAVA_LONG, Math.max(1, rank));
                api.check(api.call(ApiFunction.GET_DIMENSIONS, info, sizes, Api.value(rank)));
                return Shape.read(sizes.address(), rank);
            } finally {
                api.call(ApiFunction.RELEASE_TENSOR_TYPE_AND_SHAPE_INFO, info);
            }
        }
    }
}
