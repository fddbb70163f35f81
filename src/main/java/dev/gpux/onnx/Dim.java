package dev.gpux.onnx;

/**
 * One dimension of a declared shape ({@code TensorShapeProto.Dimension}): a number, a name, or nothing at all.
 *
 * <p>{@link #denotation()} is ONNX's optional standard meaning of the axis ({@code DATA_BATCH}, …), mostly empty.
 */
public sealed interface Dim {
    /** The standard meaning of the axis, or the empty text. */
    String denotation();

    /** A size known in advance. A file may hold a negative one; {@link ModelCheck} reports it. */
    record Fixed(long size, String denotation) implements Dim {
        @Override
        public String toString() {
            return Long.toString(size);
        }
    }

    /** A size that is known only when the model runs; equal names mean equal sizes. */
    record Symbolic(String name, String denotation) implements Dim {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A size of which nothing is said. */
    record Unknown(String denotation) implements Dim {
        @Override
        public String toString() {
            return "?";
        }
    }

    /** A dimension of a fixed size. */
    static Dim of(long size) {
        return new Fixed(size, "");
    }

    /** A dimension with a name; {@code "?"} is an unnamed one. */
    static Dim of(String name) {
        return name.equals("?") ? new Unknown("") : new Symbolic(name, "");
    }
}
