package dev.gpux.onnx;

/** The repeated fields of {@code TensorProto} that hold elements one by one, by field number and wire form. */
enum TypedField {
    FLOAT(4, "float_data", RepeatedField.Kind.FIXED32),
    INT32(5, "int32_data", RepeatedField.Kind.VARINT),
    STRING(6, "string_data", RepeatedField.Kind.BYTES),
    INT64(7, "int64_data", RepeatedField.Kind.VARINT),
    DOUBLE(10, "double_data", RepeatedField.Kind.FIXED64),
    UINT64(11, "uint64_data", RepeatedField.Kind.VARINT);

    private static final TypedField[] VALUES = values();

    private final int number;
    private final String label;
    private final RepeatedField.Kind kind;

    TypedField(int number, String label, RepeatedField.Kind kind) {
        this.number = number;
        this.label = label;
        this.kind = kind;
    }

    int number() {
        return number;
    }

    String label() {
        return label;
    }

    RepeatedField.Kind kind() {
        return kind;
    }

    /** The typed field with this number; only numbers of the constants above are asked for. */
    static TypedField of(int number) {
        for (var field : VALUES) {
            if (field.number == number) {
                return field;
            }
        }
        throw new IllegalArgumentException("TensorProto has no typed data field " + number);
    }
}
