package dev.gpux.tensorio;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType;
import dev.gpux.ort.ValueType.OptionalType;
import dev.gpux.ort.ValueType.TensorType;

/** Holds what was found against what the model declares. */
final class Declared {
    static final String NO_COMPLEX = "ONNX Runtime has no tensors of complex numbers";

    private Declared() { }

    /** The tensor type that {@code expected} is of, also inside an optional. */
    static TensorType tensor(ValueInfo expected, String format) {
        if (unwrap(expected.type()) instanceof TensorType tensor) {
            if (tensor.elementType() == ElementType.COMPLEX64 || tensor.elementType() == ElementType.COMPLEX128) {
                throw new TensorFormatException("'" + expected.name() + "' is " + tensor + "; " + NO_COMPLEX);
            }
            return tensor;
        }
        throw new TensorFormatException(format + " holds one tensor, and '" + expected.name() + "' is "
            + expected.type() + "; give it as JSON or as an ONNX .pb file");
    }

    static ValueType unwrap(ValueType type) {
        return type instanceof OptionalType(var contained) ? contained : type;
    }

    /** Refuses a shape that does not fit; {@code found} says what the source holds, {@code float32[2, 3]}. */
    static void requireShape(ValueInfo expected, TensorType type, Shape shape, Object found) {
        var dimensions = type.dimensions();
        if (dimensions.isEmpty()) {
            // A scalar, or a model that does not declare the rank: ORT will say.
            return;
        }
        if (shape.rank() != dimensions.size()) {
            throw new TensorFormatException("found " + found + ", and '" + expected.name() + "' is " + type + ": "
                + dimensions(shape.rank()) + " instead of " + dimensions.size());
        }
        for (int i = 0; i < shape.rank(); i++) {
            var dimension = dimensions.get(i);
            if (dimension.isFixed() && dimension.size() != shape.size(i)) {
                throw new TensorFormatException("found " + found + ", and '" + expected.name() + "' is " + type
                    + ": dimension " + i + " is " + shape.size(i) + " instead of " + dimension.size());
            }
        }
    }

    /**
     * The shape of so many elements, where the declaration leaves at most one dimension open.
     *
     * @throws TensorFormatException if there is no such shape, or more than one
     */
    static Shape inferShape(ValueInfo expected, TensorType type, long elements) {
        var dimensions = type.dimensions();
        if (dimensions.isEmpty()) {
            return requireCount(expected, type, Shape.SCALAR, elements);
        }
        var sizes = new long[dimensions.size()];
        int open = -1;
        long fixed = 1;
        for (int i = 0; i < sizes.length; i++) {
            var dimension = dimensions.get(i);
            if (!dimension.isFixed()) {
                if (open >= 0) {
                    throw new TensorFormatException("'" + expected.name() + "' is " + type + ", and " + elements
                        + " elements without a shape can fill more than one open dimension in many ways; "
                        + "give the shape, too");
                }
                open = i;
                continue;
            }
            sizes[i] = dimension.size();
            fixed = product(fixed, sizes[i]);
        }
        if (open >= 0) {
            if (fixed <= 0 || elements % fixed != 0) {
                throw new TensorFormatException("'" + expected.name() + "' is " + type + ", so the number of elements "
                    + "must be a multiple of " + fixed + ", and there are " + elements);
            }
            sizes[open] = elements / fixed;
        }
        return requireCount(expected, type, shape(sizes), elements);
    }

    private static long product(long a, long b) {
        try {
            return Math.multiplyExact(a, b);
        } catch (ArithmeticException e) {
            throw new TensorFormatException("the declared shape has more elements than 63 bits can count", e);
        }
    }

    static Shape requireCount(ValueInfo expected, TensorType type, Shape shape, long elements) {
        if (shape.elements() != elements) {
            throw new TensorFormatException("'" + expected.name() + "' is " + type + "; shape " + shape + " takes "
                + elements(shape.elements()) + ", and there " + (elements == 1 ? "is " : "are ") + elements);
        }
        return shape;
    }

    /** A shape out of numbers that nobody has checked. */
    static Shape shape(long... sizes) {
        try {
            return Shape.of(sizes);
        } catch (TensorException e) {
            throw new TensorFormatException(e.getMessage(), e);
        }
    }

    static String dimensions(int count) {
        return count + (count == 1 ? " dimension" : " dimensions");
    }

    static String elements(long count) {
        return count + (count == 1 ? " element" : " elements");
    }
}
