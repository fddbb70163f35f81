package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.gpux.ffi.OnnxRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A map, as ORT holds it: a tensor of keys and a tensor of values, of one length.
 *
 * @param handle the {@code OrtValue*}
 * @param keys int64 or string, shape [n]
 * @param values float32, float64, int64 or string, shape [n]
 */
public record MapValue(MemorySegment handle, Tensor keys, Tensor values) implements Value {
    /** Makes a map; ORT copies the tensors' content. */
    public static MapValue of(Arena arena, Tensor keys, Tensor values) {
        try (var scratch = Arena.ofConfined()) {
            var handles = scratch.allocate(ADDRESS, 2);
            handles.setAtIndex(ADDRESS, 0, keys.handle());
            handles.setAtIndex(ADDRESS, 1, values.handle());
            return new MapValue(Values.create(arena, handles, 2, OnnxRuntime.ONNX_TYPE_MAP()), keys, values);
        }
    }
}
