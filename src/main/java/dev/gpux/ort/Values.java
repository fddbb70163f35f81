package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ffi.OnnxRuntime;
import dev.gpux.ffi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;

/** Turns {@code OrtValue}s into {@link Value}s and back. */
final class Values {
    /** Bytes of scratch memory that {@link #adopt} needs. */
    static final long SCRATCH = 4 * Long.BYTES;

    private Values() { }

    /** Makes a sequence or a map of the values in {@code handles}. */
    static MemorySegment create(Arena arena, MemorySegment handles, int count, int kind) {
        var api = Environment.get().gate();
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(OrtApi.CreateValue.invoke(OrtApi.CreateValue(api.table()), handles, count, kind, out));
            return own(api, arena, out.get(ADDRESS, 0));
        }
    }

    /** Makes a tensor with uninitialised elements in memory of ORT's default allocator; the caller owns it. */
    static MemorySegment createTensor(Api api, Arena scratch, ElementType type, Shape shape) {
        var out = scratch.allocate(ADDRESS);
        var dims = scratch.allocate(JAVA_LONG, Math.max(1, shape.rank()));
        for (int i = 0; i < shape.rank(); i++) {
            dims.setAtIndex(JAVA_LONG, i, shape.size(i));
        }
        api.check(OrtApi.CreateTensorAsOrtValue.invoke(OrtApi.CreateTensorAsOrtValue(api.table()),
            api.defaultAllocator(), dims, shape.rank(), type.ort(), out));
        return out.get(ADDRESS, 0);
    }

    /** Ties {@code pointer} to {@code arena}, whose end releases it. */
    static MemorySegment own(Api api, Arena arena, MemorySegment pointer) {
        try {
            return pointer.reinterpret(arena, api.releaseValueAction());
        } catch (RuntimeException e) {
            api.releaseValue(pointer);
            throw e;
        }
    }

    /**
     * Takes over an {@code OrtValue} that ORT made.
     *
     * @param scratch {@link #SCRATCH} bytes, aligned to 8
     */
    static Value adopt(Api api, Arena arena, MemorySegment pointer, MemorySegment scratch) {
        if (pointer.address() == 0) {
            return OptionalValue.EMPTY;
        }
        var handle = own(api, arena, pointer);
        api.check(OrtApi.GetValueType.invoke(OrtApi.GetValueType(api.table()), pointer, scratch));
        int kind = scratch.get(JAVA_INT, 0);
        if (kind == OnnxRuntime.ONNX_TYPE_TENSOR()) {
            return Tensor.adopt(api, arena, handle, scratch);
        } else if (kind == OnnxRuntime.ONNX_TYPE_SEQUENCE()) {
            return sequence(api, arena, handle, scratch);
        } else if (kind == OnnxRuntime.ONNX_TYPE_MAP()) {
            return new MapValue(handle, (Tensor) element(api, arena, handle, 0, scratch),
                (Tensor) element(api, arena, handle, 1, scratch));
        } else if (kind == OnnxRuntime.ONNX_TYPE_UNKNOWN()) {
            // What ORT leaves where an optional output holds nothing.
            return OptionalValue.EMPTY;
        }
        throw new OrtException(ErrorCode.NOT_IMPLEMENTED,
            "an output is of ONNX type number " + kind + "; GPUX reads tensors, sequences, maps and optionals");
    }

    private static Value sequence(Api api, Arena arena, MemorySegment handle, MemorySegment scratch) {
        api.check(OrtApi.GetValueCount.invoke(OrtApi.GetValueCount(api.table()), handle, scratch));
        int count = Math.toIntExact(scratch.get(JAVA_LONG, 0));
        var elements = new ArrayList<Value>(count);
        for (int i = 0; i < count; i++) {
            elements.add(element(api, arena, handle, i, scratch));
        }
        return new SequenceValue(handle, elements);
    }

    private static Value element(Api api, Arena arena, MemorySegment of, int index, MemorySegment scratch) {
        api.check(OrtApi.GetValue.invoke(
            OrtApi.GetValue(api.table()), of, index, api.defaultAllocator(), scratch));
        return adopt(api, arena, scratch.get(ADDRESS, 0), scratch);
    }
}
