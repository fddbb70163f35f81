package dev.gpux.onnx;

/**
 * A constant that shapes what a node does ({@code AttributeProto}).
 *
 * @param name its name
 * @param value its value
 * @param docString a text for people
 * @param unknown fields without a name here
 */
public record Attribute(String name, AttributeValue value, String docString, UnknownFields unknown) {
    /** An attribute with any value. */
    public static Attribute of(String name, AttributeValue value) {
        return new Attribute(name, value, "", UnknownFields.NONE);
    }

    /** A {@code FLOAT}. */
    public static Attribute of(String name, float value) {
        return of(name, new AttributeValue.FloatValue(value));
    }

    /** An {@code INT}. */
    public static Attribute of(String name, long value) {
        return of(name, new AttributeValue.IntValue(value));
    }

    /** An {@code INT}; without this overload Java would turn an {@code int} into a {@code float}. */
    public static Attribute of(String name, int value) {
        return of(name, (long) value);
    }

    /** A {@code STRING}. */
    public static Attribute of(String name, String value) {
        return of(name, new AttributeValue.StringValue(Bytes.of(value)));
    }

    /** A {@code TENSOR}. */
    public static Attribute of(String name, Tensor value) {
        return of(name, new AttributeValue.TensorValue(value));
    }

    /** A {@code GRAPH}. */
    public static Attribute of(String name, Graph value) {
        return of(name, new AttributeValue.GraphValue(value));
    }

    /** A {@code TYPE_PROTO}. */
    public static Attribute of(String name, ValueType value) {
        return of(name, new AttributeValue.TypeValue(value));
    }

    /** {@code FLOATS}. */
    public static Attribute ofFloats(String name, float... values) {
        return of(name, AttributeValue.FloatsValue.of(values));
    }

    /** {@code INTS}. */
    public static Attribute ofInts(String name, long... values) {
        return of(name, AttributeValue.IntsValue.of(values));
    }

    /** {@code STRINGS}. */
    public static Attribute ofStrings(String name, String... values) {
        return of(name, AttributeValue.StringsValue.of(values));
    }

    /** The same attribute with another value. */
    public Attribute withValue(AttributeValue newValue) {
        return new Attribute(name, newValue, docString, unknown);
    }

    /** The number of the value's {@link AttributeType}; 0 if the file does not say. */
    public int type() {
        return switch (value) {
            case AttributeValue.FloatValue _ -> AttributeType.FLOAT.number();
            case AttributeValue.IntValue _ -> AttributeType.INT.number();
            case AttributeValue.StringValue _ -> AttributeType.STRING.number();
            case AttributeValue.TensorValue _ -> AttributeType.TENSOR.number();
            case AttributeValue.GraphValue _ -> AttributeType.GRAPH.number();
            case AttributeValue.SparseTensorValue _ -> AttributeType.SPARSE_TENSOR.number();
            case AttributeValue.TypeValue _ -> AttributeType.TYPE_PROTO.number();
            case AttributeValue.FloatsValue _ -> AttributeType.FLOATS.number();
            case AttributeValue.IntsValue _ -> AttributeType.INTS.number();
            case AttributeValue.StringsValue _ -> AttributeType.STRINGS.number();
            case AttributeValue.TensorsValue _ -> AttributeType.TENSORS.number();
            case AttributeValue.GraphsValue _ -> AttributeType.GRAPHS.number();
            case AttributeValue.SparseTensorsValue _ -> AttributeType.SPARSE_TENSORS.number();
            case AttributeValue.TypesValue _ -> AttributeType.TYPE_PROTOS.number();
            case AttributeValue.Reference(_, int type) -> type;
            case AttributeValue.UnknownValue(int type) -> type;
        };
    }
}
