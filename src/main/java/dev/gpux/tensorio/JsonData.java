package dev.gpux.tensorio;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The elements that nested JSON arrays hold, before they are a tensor.
 *
 * @param elementType their type
 * @param nested the shape that the arrays' nesting gives
 * @param bytes the elements, row-major, in native byte order; {@link MemorySegment#NULL} for text
 * @param strings the elements if they are text
 */
public record JsonData(ElementType elementType, Shape nested, MemorySegment bytes, List<String> strings) {
    /** Keeps an immutable copy. */
    public JsonData {
        strings = List.copyOf(strings);
    }

    /**
     * The shape of the elements: {@code shape}, for data that are flat or nested so.
     *
     * @throws TensorFormatException if they are not
     */
    public Shape arranged(Shape shape) {
        boolean flat = nested.rank() == 1;
        if (nested.equals(shape) || flat && nested.elements() == shape.elements()) {
            return shape;
        }
        throw new TensorFormatException(flat
            ? "shape " + shape + " takes " + Declared.elements(shape.elements()) + ", and data has "
                + nested.elements()
            : "shape is " + shape + ", and data is nested as " + nested);
    }
}
