package dev.gpux.ort;

import java.util.List;
import java.util.Optional;

/** The declared type of a model's input or output (ONNX {@code TypeProto}). */
public sealed interface ValueType {

    /**
     * A dense tensor.
     *
     * @param elementType the type of its elements
     * @param dimensions its declared shape; empty for a scalar and for a model that does not declare the rank
     */
    record TensorType(ElementType elementType, List<Dimension> dimensions) implements ValueType {
        /** Keeps an immutable copy. */
        public TensorType {
            dimensions = List.copyOf(dimensions);
        }

        /**
         * Whether a tensor of this type and shape goes in here. A declared shape without dimensions says nothing: it is
         * a scalar's or that of a model which does not declare the rank.
         */
        public boolean accepts(ElementType elementType, Shape shape) {
            if (elementType != this.elementType) {
                return false;
            }
            if (dimensions.isEmpty()) {
                return true;
            }
            boolean fits = shape.rank() == dimensions.size();
            for (int i = 0; fits && i < shape.rank(); i++) {
                fits = !dimensions.get(i).isFixed() || dimensions.get(i).size() == shape.size(i);
            }
            return fits;
        }

        /** The declared shape, if every dimension of it is fixed. */
        public Optional<Shape> fixedShape() {
            var sizes = new long[dimensions.size()];
            for (int i = 0; i < sizes.length; i++) {
                var dimension = dimensions.get(i);
                if (!dimension.isFixed()) {
                    return Optional.empty();
                }
                sizes[i] = dimension.size();
            }
            return Optional.of(Shape.of(sizes));
        }

        @Override
        public String toString() {
            return elementType + dimensions.toString();
        }
    }

    /** A sparse tensor; GPUX shows such a type and does not run such inputs. */
    record SparseTensorType(ElementType elementType, List<Dimension> dimensions) implements ValueType {
        /** Keeps an immutable copy. */
        public SparseTensorType {
            dimensions = List.copyOf(dimensions);
        }

        @Override
        public String toString() {
            return "sparse " + elementType + dimensions;
        }
    }

    /** A sequence of values of one type. */
    record SequenceType(ValueType element) implements ValueType {
        @Override
        public String toString() {
            return "sequence<" + element + ">";
        }
    }

    /** A map; its keys are integers or strings. */
    record MapType(ElementType key, ValueType value) implements ValueType {
        @Override
        public String toString() {
            return "map<" + key + ", " + value + ">";
        }
    }

    /** A value or none. */
    record OptionalType(ValueType contained) implements ValueType {
        @Override
        public String toString() {
            return "optional<" + contained + ">";
        }
    }

    /** A type that only custom operators know. */
    record OpaqueType() implements ValueType {
        @Override
        public String toString() {
            return "opaque";
        }
    }
}
