package dev.gpux.ort;

import dev.gpux.ffi.OnnxRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A map, as ORT holds it: a tensor of keys and a tensor of values, of one length. */
public final class MapValue implements Value {
    private final MemorySegment handle;
    private final Tensor keys;
    private final Tensor values;

    MapValue(MemorySegment handle, Tensor keys, Tensor values) {
        this.handle = handle;
        this.keys = keys;
        this.values = values;
    }

    /**
     * Makes a map; ORT copies the tensors' content.
     *
     * @throws OrtException if the types are none that a map can have, or the lengths differ
     * @throws IllegalStateException if the arena of {@code keys} or {@code values} is closed
     */
    public static MapValue of(Arena arena, Tensor keys, Tensor values) {
        return new MapValue(Values.create(arena, List.of(keys, values), OnnxRuntime.ONNX_TYPE_MAP()), keys, values);
    }

    @Override
    public MemorySegment handle() {
        return handle;
    }

    /** The keys: int64 or string, shape [n]. */
    public Tensor keys() {
        return keys;
    }

    /** The values, in the order of the keys: float32, float64, int64 or string, shape [n]. */
    public Tensor values() {
        return values;
    }

    /** {@code int64[3] -> float32[3]}. */
    @Override
    public String toString() {
        return keys + " -> " + values;
    }
}
