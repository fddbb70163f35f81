package dev.gpux.onnx;

import java.util.Optional;

/** The kinds of attribute values, numbered as in {@code AttributeProto.AttributeType} of onnx.proto. */
public enum AttributeType {
    /** One number. */
    FLOAT(1, 2),
    /** One integer. */
    INT(2, 3),
    /** One string of bytes. */
    STRING(3, 4),
    /** One tensor. */
    TENSOR(4, 5),
    /** One graph. */
    GRAPH(5, 6),
    /** Numbers. */
    FLOATS(6, 7),
    /** Integers. */
    INTS(7, 8),
    /** Strings of bytes. */
    STRINGS(8, 9),
    /** Tensors. */
    TENSORS(9, 10),
    /** Graphs. */
    GRAPHS(10, 11),
    /** One sparse tensor. */
    SPARSE_TENSOR(11, 22),
    /** Sparse tensors. */
    SPARSE_TENSORS(12, 23),
    /** One type. */
    TYPE_PROTO(13, 14),
    /** Types. */
    TYPE_PROTOS(14, 15);

    private static final AttributeType[] VALUES = values();

    private final int number;
    private final int field;

    AttributeType(int number, int field) {
        this.number = number;
        this.field = field;
    }

    /** The number in {@code AttributeProto.AttributeType}. */
    public int number() {
        return number;
    }

    /** The number of the field of {@code AttributeProto} that holds such a value. */
    int field() {
        return field;
    }

    /** The type with this number, if this version knows it. */
    public static Optional<AttributeType> of(int number) {
        return number >= 1 && number <= VALUES.length ? Optional.of(VALUES[number - 1]) : Optional.empty();
    }

    /** The type whose values are in this field of {@code AttributeProto}. */
    static Optional<AttributeType> ofField(int field) {
        for (var type : VALUES) {
            if (type.field == field) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
