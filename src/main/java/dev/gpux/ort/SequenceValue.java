package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.gpux.ffi.OnnxRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A sequence of values of one type.
 *
 * @param handle the {@code OrtValue*}
 * @param elements its elements, in order
 */
public record SequenceValue(MemorySegment handle, List<Value> elements) implements Value {
    /** Keeps an immutable copy. */
    public SequenceValue {
        elements = List.copyOf(elements);
    }

    /**
     * Makes a sequence of tensors or of maps; ORT shares or copies their content.
     *
     * @throws OrtException if there are none (ORT cannot tell the type of an empty sequence) or their types differ
     */
    public static SequenceValue of(Arena arena, List<? extends Value> elements) {
        try (var scratch = Arena.ofConfined()) {
            var handles = scratch.allocate(ADDRESS, Math.max(1, elements.size()));
            for (int i = 0; i < elements.size(); i++) {
                handles.setAtIndex(ADDRESS, i, elements.get(i).handle());
            }
            var handle = Values.create(arena, handles, elements.size(), OnnxRuntime.ONNX_TYPE_SEQUENCE());
            return new SequenceValue(handle, List.copyOf(elements));
        }
    }
}
