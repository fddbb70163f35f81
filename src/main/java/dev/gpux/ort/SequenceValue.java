package dev.gpux.ort;

import dev.gpux.ffi.OnnxRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A sequence of values of one type. */
public final class SequenceValue implements Value {
    private final MemorySegment handle;
    // A sequence shares its tensors' memory, so this also keeps those of automatic arenas alive.
    private final List<Value> elements;

    SequenceValue(MemorySegment handle, List<? extends Value> elements) {
        this.handle = handle;
        this.elements = List.copyOf(elements);
    }

    /**
     * Makes a sequence of tensors, whose memory it shares and which must outlive it, or of maps, which it copies.
     *
     * @throws OrtException if there are none (see {@link #empty}) or their types differ
     * @throws TensorException if an element is an {@link OptionalValue}
     * @throws IllegalStateException if the arena of an element is closed
     */
    public static SequenceValue of(Arena arena, List<? extends Value> elements) {
        return new SequenceValue(Values.create(arena, elements, OnnxRuntime.ONNX_TYPE_SEQUENCE()), elements);
    }

    /**
     * Makes a sequence of tensors without elements.
     *
     * @throws OrtException if there are no sequences of this type
     */
    public static SequenceValue empty(Arena arena, ElementType type) {
        return EmptySequences.of(arena, type);
    }

    @Override
    public MemorySegment handle() {
        return handle;
    }

    /** Its elements, in order. */
    public List<Value> elements() {
        return elements;
    }

    /** The elements as they print themselves. */
    @Override
    public String toString() {
        return elements.toString();
    }
}
