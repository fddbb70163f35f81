package dev.gpux.pipeline.step.number;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.number.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Elements of one tensor in another, in the other's element type. */
final class Copy {
    private final MemorySegment from;
    private final ElementType fromType;
    private final MemorySegment to;
    private final ElementType toType;
    private final boolean whole;

    Copy(Tensor from, Tensor to) {
        this.from = from.segment();
        this.fromType = from.elementType();
        this.to = to.segment();
        this.toType = to.elementType();
        // By way of long, which has all their values; a double has not.
        this.whole = Elements.isWhole(fromType) && Elements.isWhole(toType) && fromType != ElementType.UINT64;
    }

    /** Copies one element. */
    void element(long source, long target) {
        if (whole) {
            Elements.setWhole(to, toType, target, Elements.whole(from, fromType, source));
        } else {
            Elements.set(to, toType, target, Elements.get(from, fromType, source));
        }
    }

    /** Copies so many elements one behind the other. */
    void elements(long source, long target, long count) {
        if (fromType == toType) {
            long bytes = fromType.byteSize(1);
            MemorySegment.copy(from, source * bytes, to, target * bytes, count * bytes);
            return;
        }
        for (long i = 0; i < count; i++) {
            element(source + i, target + i);
        }
    }

    /** The same elements in another type and shape of as many; the same memory if only the shape differs. */
    static Tensor cast(Arena arena, Tensor from, ElementType type, Shape shape) {
        if (from.elementType() == type) {
            return Tensor.wrap(arena, type, from.segment(), shape);
        }
        var to = Tensor.allocate(arena, type, shape);
        new Copy(from, to).elements(0, 0, shape.elements());
        return to;
    }
}
