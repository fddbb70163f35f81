package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Type and shape of an {@code OrtValue} that is a tensor.
 *
 * @param elementType the type of its elements
 * @param shape its shape
 */
record TensorInfo(ElementType elementType, Shape shape) {
    /** The first version with the call that reads both without allocating. */
    static final int BY_REFERENCE = 24;

    /**
     * Reads them from {@code handle}.
     *
     * @param scratch 24 bytes, aligned to 8
     */
    static TensorInfo read(Api api, MemorySegment handle, MemorySegment scratch) {
        return api.version() >= BY_REFERENCE ? byReference(api, handle, scratch) : byCopy(api, handle);
    }

    /**
     * Whether {@code handle} is the very value that {@code tensor} was made of before: same object, same memory, same
     * shape. Allocates nothing where the library can tell without.
     *
     * @param scratch 24 bytes, aligned to 8
     */
    static boolean sameAs(Api api, MemorySegment handle, Tensor tensor, MemorySegment scratch) {
        if (handle.address() != tensor.handle().address() || tensor.elementType() == ElementType.STRING
            || api.version() < BY_REFERENCE) {
            return false;
        }
        api.check(Downcall.few(api.getTensorMutableData(), handle, scratch, NULL, NULL));
        if (scratch.get(JAVA_LONG, 0) != tensor.segment().address()) {
            return false;
        }
        api.check(Downcall.few(api.getTensorTypeAndShapeReference(),
            handle, scratch, scratch.asSlice(8), scratch.asSlice(16)));
        int rank = (int) scratch.get(JAVA_LONG, 16);
        return tensor.shape().hasSizes(
            MemorySegment.ofAddress(scratch.get(JAVA_LONG, 8)).reinterpret((long) rank * Long.BYTES), rank);
    }

    private static TensorInfo byReference(Api api, MemorySegment handle, MemorySegment scratch) {
        api.check(Downcall.few(api.getTensorTypeAndShapeReference(),
            handle, scratch, scratch.asSlice(8), scratch.asSlice(16)));
        int rank = (int) scratch.get(JAVA_LONG, 16);
        var dims = MemorySegment.ofAddress(scratch.get(JAVA_LONG, 8)).reinterpret((long) rank * Long.BYTES);
        return new TensorInfo(TypeReader.element(scratch.get(JAVA_INT, 0)), shape(dims, rank));
    }

    private static TensorInfo byCopy(Api api, MemorySegment handle) {
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            api.check(api.call(ApiFunction.GET_TENSOR_TYPE_AND_SHAPE, handle, out));
            var info = out.get(ADDRESS, 0);
            try {
                api.check(api.call(ApiFunction.GET_TENSOR_ELEMENT_TYPE, info, out));
                var type = TypeReader.element(out.get(JAVA_INT, 0));
                api.check(api.call(ApiFunction.GET_DIMENSIONS_COUNT, info, out));
                int rank = (int) out.get(JAVA_LONG, 0);
                var dims = arena.allocate(JAVA_LONG, Math.max(1, rank));
                api.check(api.call(ApiFunction.GET_DIMENSIONS, info, dims, Api.value(rank)));
                return new TensorInfo(type, shape(dims, rank));
            } finally {
                api.call(ApiFunction.RELEASE_TENSOR_TYPE_AND_SHAPE_INFO, info);
            }
        }
    }

    private static Shape shape(MemorySegment dims, int rank) {
        if (rank == 0) {
            return Shape.SCALAR;
        }
        var sizes = new long[rank];
        for (int i = 0; i < rank; i++) {
            sizes[i] = dims.getAtIndex(JAVA_LONG, i);
        }
        return Shape.owning(sizes);
    }
}
