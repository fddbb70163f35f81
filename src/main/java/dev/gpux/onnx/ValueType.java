package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The declared type of a value ({@code TypeProto}).
 *
 * <p>Element types are ONNX's numbers, because a file may hold one that {@link OnnxDataType} does not know.
 * {@code toString()} prints a type the way people write it: {@code float32[N,3]},
 * {@code sequence<map<int64,float32[?]>>}; {@code [...]} means that nothing is said about the shape, {@code []} a
 * scalar.
 */
public sealed interface ValueType {
    /** ONNX's optional standard meaning of the value ({@code IMAGE}, …), mostly empty. */
    String denotation();

    /** A tensor; no shape means that not even the rank is declared. */
    record TensorType(int elementType, Optional<List<Dim>> shape, String denotation) implements ValueType {
        /** The element type, if this version knows it. */
        public Optional<OnnxDataType> type() {
            return OnnxDataType.of(elementType);
        }

        @Override
        public String toString() {
            return OnnxDataType.labelOf(elementType) + shapeText(shape);
        }
    }

    /** A sparse tensor. */
    record SparseTensorType(int elementType, Optional<List<Dim>> shape, String denotation) implements ValueType {
        @Override
        public String toString() {
            return "sparse<" + OnnxDataType.labelOf(elementType) + shapeText(shape) + ">";
        }
    }

    /** A list of values of one type. */
    record SequenceType(ValueType element, String denotation) implements ValueType {
        @Override
        public String toString() {
            return "sequence<" + element + ">";
        }
    }

    /** A value that may be absent. */
    record OptionalType(ValueType element, String denotation) implements ValueType {
        @Override
        public String toString() {
            return "optional<" + element + ">";
        }
    }

    /** A map; ONNX allows integers and strings as keys. */
    record MapType(int keyType, ValueType value, String denotation) implements ValueType {
        @Override
        public String toString() {
            return "map<" + OnnxDataType.labelOf(keyType) + "," + value + ">";
        }
    }

    /** A type that only its domain understands. */
    record OpaqueType(String domain, String name, String denotation) implements ValueType {
        @Override
        public String toString() {
            return "opaque<" + domain + "," + name + ">";
        }
    }

    /** A type of which the file says nothing. */
    record UnknownType(String denotation) implements ValueType {
        @Override
        public String toString() {
            return "?";
        }
    }

    /** Nothing known. */
    ValueType UNKNOWN = new UnknownType("");

    /**
     * A tensor type with a shape.
     *
     * @param dims numbers ({@link Integer}, {@link Long}), names ({@link String}; {@code "?"} for an unnamed one) or
     *             {@link Dim}s; none for a scalar
     * @throws IllegalArgumentException if one of them is anything else
     */
    static TensorType tensor(OnnxDataType type, Object... dims) {
        var shape = new ArrayList<Dim>(dims.length);
        for (var dim : dims) {
            shape.add(switch (dim) {
                case Dim d -> d;
                case String name -> Dim.of(name);
                case Integer size -> Dim.of(size.longValue());
                case Long size -> Dim.of(size.longValue());
                default -> throw new IllegalArgumentException("a dimension is a number or a name, not " + dim);
            });
        }
        return new TensorType(type.number(), Optional.of(List.copyOf(shape)), "");
    }

    /** A tensor type that says nothing about the shape. */
    static TensorType tensorOfAnyShape(OnnxDataType type) {
        return new TensorType(type.number(), Optional.empty(), "");
    }

    /** A list of values of one type. */
    static SequenceType sequence(ValueType element) {
        return new SequenceType(element, "");
    }

    /** A value that may be absent. */
    static OptionalType optional(ValueType element) {
        return new OptionalType(element, "");
    }

    /** A map. */
    static MapType map(OnnxDataType key, ValueType value) {
        return new MapType(key.number(), value, "");
    }

    /** The same type with another standard meaning. */
    default ValueType withDenotation(String meaning) {
        return switch (this) {
            case TensorType(int element, var shape, _) -> new TensorType(element, shape, meaning);
            case SparseTensorType(int element, var shape, _) -> new SparseTensorType(element, shape, meaning);
            case SequenceType(var element, _) -> new SequenceType(element, meaning);
            case OptionalType(var element, _) -> new OptionalType(element, meaning);
            case MapType(int key, var value, _) -> new MapType(key, value, meaning);
            case OpaqueType(var domain, var name, _) -> new OpaqueType(domain, name, meaning);
            case UnknownType _ -> new UnknownType(meaning);
        };
    }

    private static String shapeText(Optional<List<Dim>> shape) {
        return shape
            .map(dims -> dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]")))
            .orElse("[...]");
    }
}
