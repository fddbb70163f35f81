package dev.gpux.server.oip;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor as a request brought it, before a thread that runs models makes a {@link Tensor} of it.
 *
 * @param name the input's name
 * @param elementType the type of its elements
 * @param shape its shape
 * @param bytes its elements, aligned; {@link MemorySegment#NULL} for text
 * @param strings its elements if they are text
 */
public record TensorData(String name, ElementType elementType, Shape shape, MemorySegment bytes,
                         List<String> strings) {
    /** The tensor over this memory, nothing copied; for the thread of {@code arena}. */
    public Tensor tensor(Arena arena) {
        if (elementType == ElementType.STRING) {
            return Tensor.ofStrings(arena, strings, shape.toArray());
        }
        return shape.elements() == 0 ? Tensor.allocate(arena, elementType, shape)
            : Tensor.wrap(arena, elementType, bytes, shape);
    }
}
