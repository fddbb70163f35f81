package dev.gpux.onnx;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The element types of ONNX tensors, named and numbered as in {@code TensorProto.DataType} of onnx.proto.
 *
 * <p>A file may carry a number that this version does not know, so the model tree keeps numbers and {@link #of(int)}
 * answers with an {@link Optional}.
 */
public enum OnnxDataType {
    /** IEEE 754 binary32. */
    FLOAT(1, 32, "float32", TypedField.FLOAT),
    /** Unsigned 8 bit. */
    UINT8(2, 8, TypedField.INT32),
    /** Signed 8 bit. */
    INT8(3, 8, TypedField.INT32),
    /** Unsigned 16 bit. */
    UINT16(4, 16, TypedField.INT32),
    /** Signed 16 bit. */
    INT16(5, 16, TypedField.INT32),
    /** Signed 32 bit. */
    INT32(6, 32, TypedField.INT32),
    /** Signed 64 bit. */
    INT64(7, 64, TypedField.INT64),
    /** Bytes, by convention UTF-8; no fixed size. */
    STRING(8, 0, TypedField.STRING),
    /** One byte, 0 or 1. */
    BOOL(9, 8, TypedField.INT32),
    /** IEEE 754 binary16. */
    FLOAT16(10, 16, TypedField.INT32),
    /** IEEE 754 binary64. */
    DOUBLE(11, 64, "float64", TypedField.DOUBLE),
    /** Unsigned 32 bit. */
    UINT32(12, 32, TypedField.UINT64),
    /** Unsigned 64 bit. */
    UINT64(13, 64, TypedField.UINT64),
    /** Two binary32: real, imaginary. */
    COMPLEX64(14, 64, TypedField.FLOAT),
    /** Two binary64: real, imaginary. */
    COMPLEX128(15, 128, TypedField.DOUBLE),
    /** The upper half of a binary32. */
    BFLOAT16(16, 16, TypedField.INT32),
    /** 8-bit float: 4 exponent bits, 3 mantissa bits, no infinities. */
    FLOAT8E4M3FN(17, 8, TypedField.INT32),
    /** As {@link #FLOAT8E4M3FN}, one zero only. */
    FLOAT8E4M3FNUZ(18, 8, TypedField.INT32),
    /** 8-bit float: 5 exponent bits, 2 mantissa bits. */
    FLOAT8E5M2(19, 8, TypedField.INT32),
    /** As {@link #FLOAT8E5M2}, no infinities, one zero only. */
    FLOAT8E5M2FNUZ(20, 8, TypedField.INT32),
    /** Unsigned 4 bit, two a byte, first element in the low bits. */
    UINT4(21, 4, TypedField.INT32),
    /** Signed 4 bit, two a byte, first element in the low bits. */
    INT4(22, 4, TypedField.INT32),
    /** 4-bit float, two a byte. */
    FLOAT4E2M1(23, 4, TypedField.INT32),
    /** 8-bit exponent without sign or mantissa. */
    FLOAT8E8M0(24, 8, TypedField.INT32),
    /** Unsigned 2 bit, four a byte. */
    UINT2(25, 2, TypedField.INT32),
    /** Signed 2 bit, four a byte. */
    INT2(26, 2, TypedField.INT32),
    /** 6-bit float: 2 exponent bits, 3 mantissa bits; a stream of bits, lowest first. */
    FLOAT6E2M3(27, 6, TypedField.INT32),
    /** 6-bit float: 3 exponent bits, 2 mantissa bits; a stream of bits, lowest first. */
    FLOAT6E3M2(28, 6, TypedField.INT32);

    private static final OnnxDataType[] VALUES = values();

    private final int number;
    private final int bits;
    private final String label;
    private final TypedField typedField;

    OnnxDataType(int number, int bits, TypedField typedField) {
        this.number = number;
        this.bits = bits;
        this.label = name().toLowerCase(Locale.ROOT);
        this.typedField = typedField;
    }

    OnnxDataType(int number, int bits, String label, TypedField typedField) {
        this.number = number;
        this.bits = bits;
        this.label = label;
        this.typedField = typedField;
    }

    /** The number in {@code TensorProto.DataType}. */
    public int number() {
        return number;
    }

    /** The size of one element in bits; 0 for {@link #STRING}. */
    public int bits() {
        return bits;
    }

    /** The name as people write it: {@code float32}, {@code int64}, {@code string}. */
    public String label() {
        return label;
    }

    /** The field of {@code TensorProto} that holds elements of this type when they are not in {@code raw_data}. */
    TypedField typedField() {
        return typedField;
    }

    /** The bytes that so many elements take in {@code raw_data}; empty for strings and where 64 bits do not suffice. */
    public OptionalLong byteSize(long elements) {
        if (bits == 0 || elements < 0) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(bits >= 8
                ? Math.multiplyExact(elements, bits / 8L)
                : Math.addExact(Math.multiplyExact(elements, (long) bits), 7L) / 8);
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** The type with this number in {@code TensorProto.DataType}, if this version knows it. */
    public static Optional<OnnxDataType> of(int number) {
        return number >= 1 && number <= VALUES.length ? Optional.of(VALUES[number - 1]) : Optional.empty();
    }

    /** The {@link #label()} of a number, or a text that says that it is unknown; for messages. */
    public static String labelOf(int number) {
        return of(number).map(OnnxDataType::label).orElseGet(() -> number == 0 ? "undefined" : "type#" + number);
    }

    @Override
    public String toString() {
        return label;
    }
}
