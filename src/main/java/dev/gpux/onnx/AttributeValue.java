package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;

/** The value of an {@link Attribute}: one kind for each {@link AttributeType}, and two for what has no value. */
public sealed interface AttributeValue {
    /** {@link AttributeType#FLOAT}. */
    record FloatValue(float value) implements AttributeValue {
    }

    /** {@link AttributeType#INT}. */
    record IntValue(long value) implements AttributeValue {
    }

    /** {@link AttributeType#STRING}: by convention UTF-8, but some operators keep other bytes in it. */
    record StringValue(Bytes value) implements AttributeValue {
    }

    /** {@link AttributeType#TENSOR}. */
    record TensorValue(Tensor value) implements AttributeValue {
    }

    /** {@link AttributeType#GRAPH}: the body of a loop, the branch of a condition. */
    record GraphValue(Graph value) implements AttributeValue {
    }

    /** {@link AttributeType#SPARSE_TENSOR}. */
    record SparseTensorValue(SparseTensor value) implements AttributeValue {
    }

    /** {@link AttributeType#TYPE_PROTO}. */
    record TypeValue(ValueType value) implements AttributeValue {
    }

    /** {@link AttributeType#TENSORS}. */
    record TensorsValue(List<Tensor> values) implements AttributeValue {
        /** Copies the list. */
        public TensorsValue {
            values = List.copyOf(values);
        }
    }

    /** {@link AttributeType#GRAPHS}. */
    record GraphsValue(List<Graph> values) implements AttributeValue {
        /** Copies the list. */
        public GraphsValue {
            values = List.copyOf(values);
        }
    }

    /** {@link AttributeType#SPARSE_TENSORS}. */
    record SparseTensorsValue(List<SparseTensor> values) implements AttributeValue {
        /** Copies the list. */
        public SparseTensorsValue {
            values = List.copyOf(values);
        }
    }

    /** {@link AttributeType#TYPE_PROTOS}. */
    record TypesValue(List<ValueType> values) implements AttributeValue {
        /** Copies the list. */
        public TypesValue {
            values = List.copyOf(values);
        }
    }

    /** {@link AttributeType#FLOATS}; a tree ensemble holds millions, so they stay in the file until asked for. */
    final class FloatsValue implements AttributeValue {
        private final RepeatedField field;

        FloatsValue(Span message) {
            field = new RepeatedField(message, AttributeType.FLOATS.field(), RepeatedField.Kind.FIXED32, "floats");
        }

        /** The given numbers. */
        public static FloatsValue of(float... values) {
            var writer = new ProtoWriter();
            for (float value : values) {
                writer.float32(AttributeType.FLOATS.field(), value);
            }
            return new FloatsValue(writer.toSpan());
        }

        /** How many there are. */
        public long count() {
            return field.count();
        }

        /** A new array of them. */
        public float[] values() {
            var values = new float[field.arraySize()];
            var elements = field.elements();
            for (int i = 0; elements.next(); i++) {
                values[i] = Float.intBitsToFloat((int) elements.bits());
            }
            return values;
        }

        RepeatedField field() {
            return field;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof FloatsValue that && field.equals(that.field);
        }

        @Override
        public int hashCode() {
            return field.hashCode();
        }

        @Override
        public String toString() {
            return count() + " floats";
        }
    }

    /** {@link AttributeType#INTS}; they stay in the file until asked for. */
    final class IntsValue implements AttributeValue {
        private final RepeatedField field;

        IntsValue(Span message) {
            field = new RepeatedField(message, AttributeType.INTS.field(), RepeatedField.Kind.VARINT, "ints");
        }

        /** The given integers. */
        public static IntsValue of(long... values) {
            var writer = new ProtoWriter();
            for (long value : values) {
                writer.varintField(AttributeType.INTS.field(), value);
            }
            return new IntsValue(writer.toSpan());
        }

        /** How many there are. */
        public long count() {
            return field.count();
        }

        /** A new array of them. */
        public long[] values() {
            var values = new long[field.arraySize()];
            var elements = field.elements();
            for (int i = 0; elements.next(); i++) {
                values[i] = elements.bits();
            }
            return values;
        }

        RepeatedField field() {
            return field;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof IntsValue that && field.equals(that.field);
        }

        @Override
        public int hashCode() {
            return field.hashCode();
        }

        @Override
        public String toString() {
            return count() + " ints";
        }
    }

    /** {@link AttributeType#STRINGS}; they stay in the file until asked for. */
    final class StringsValue implements AttributeValue {
        private final RepeatedField field;

        StringsValue(Span message) {
            field = new RepeatedField(message, AttributeType.STRINGS.field(), RepeatedField.Kind.BYTES, "strings");
        }

        /** The UTF-8 forms of the given texts. */
        public static StringsValue of(String... values) {
            var writer = new ProtoWriter();
            for (var value : values) {
                writer.textField(AttributeType.STRINGS.field(), value);
            }
            return new StringsValue(writer.toSpan());
        }

        /** How many there are. */
        public long count() {
            return field.count();
        }

        /** All of them. */
        public List<Bytes> values() {
            var values = new ArrayList<Bytes>(field.arraySize());
            var elements = field.elements();
            while (elements.next()) {
                values.add(Bytes.view(elements.span().segment()));
            }
            return List.copyOf(values);
        }

        RepeatedField field() {
            return field;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof StringsValue that && field.equals(that.field);
        }

        @Override
        public int hashCode() {
            return field.hashCode();
        }

        @Override
        public String toString() {
            return count() + " strings";
        }
    }

    /**
     * In the body of a function: the value that the caller gives to one of the function's attributes.
     *
     * @param name the function's attribute
     * @param type the number of the value's {@link AttributeType}
     */
    record Reference(String name, int type) implements AttributeValue {
    }

    /**
     * A type that this version does not know, or none; what the file holds is in {@link Attribute#unknown()}.
     *
     * @param type the number that the file gives, 0 for none
     */
    record UnknownValue(int type) implements AttributeValue {
    }
}
