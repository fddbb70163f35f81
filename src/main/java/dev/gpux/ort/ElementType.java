package dev.gpux.ort;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The element type (dtype) of a tensor.
 *
 * <p>The names are those of NumPy and of {@code GPUXfile}s ({@code float32}, {@code int64}, …); {@link #onnx()} is the
 * number in ONNX's {@code TensorProto.DataType}, {@link #ort()} the one in ORT's {@code ONNXTensorElementDataType}. The
 * two agree but for the three newest types.
 *
 * <p>Types that Java has no number for are carried as raw bits: {@code float16} and {@code bfloat16} as 16-bit words
 * (see {@link Float16}), the {@code float8} family as bytes, 4- and 2-bit types packed several elements a byte, lowest
 * bits first; complex numbers as two consecutive numbers.
 */
public enum ElementType {
    /** IEEE 754 binary32. */
    FLOAT32(1, 1, 32),
    /** Unsigned 8 bit. */
    UINT8(2, 2, 8),
    /** Signed 8 bit. */
    INT8(3, 3, 8),
    /** Unsigned 16 bit. */
    UINT16(4, 4, 16),
    /** Signed 16 bit. */
    INT16(5, 5, 16),
    /** Signed 32 bit. */
    INT32(6, 6, 32),
    /** Signed 64 bit. */
    INT64(7, 7, 64),
    /** UTF-8 text; the elements live in ORT's own objects, so such a tensor has no segment. */
    STRING(8, 8, 0),
    /** One byte, 0 or 1. */
    BOOL(9, 9, 8),
    /** IEEE 754 binary16. */
    FLOAT16(10, 10, 16),
    /** IEEE 754 binary64. */
    FLOAT64(11, 11, 64),
    /** Unsigned 32 bit. */
    UINT32(12, 12, 32),
    /** Unsigned 64 bit. */
    UINT64(13, 13, 64),
    /** Two {@code float32}: real, imaginary. */
    COMPLEX64(14, 14, 64),
    /** Two {@code float64}: real, imaginary. */
    COMPLEX128(15, 15, 128),
    /** The upper half of a {@code float32}. */
    BFLOAT16(16, 16, 16),
    /** 8-bit float: 4 exponent bits, 3 mantissa bits, no infinities. */
    FLOAT8E4M3FN(17, 17, 8),
    /** As {@link #FLOAT8E4M3FN}, one zero only. */
    FLOAT8E4M3FNUZ(18, 18, 8),
    /** 8-bit float: 5 exponent bits, 2 mantissa bits. */
    FLOAT8E5M2(19, 19, 8),
    /** As {@link #FLOAT8E5M2}, no infinities, one zero only. */
    FLOAT8E5M2FNUZ(20, 20, 8),
    /** Unsigned 4 bit, two a byte. */
    UINT4(21, 21, 4),
    /** Signed 4 bit, two a byte. */
    INT4(22, 22, 4),
    /** 4-bit float: 2 exponent bits, 1 mantissa bit; two a byte. */
    FLOAT4E2M1(23, 23, 4),
    /** 8-bit exponent without sign or mantissa. */
    FLOAT8E8M0(24, 26, 8),
    /** Unsigned 2 bit, four a byte. */
    UINT2(25, 24, 2),
    /** Signed 2 bit, four a byte. */
    INT2(26, 25, 2);

    private static final ElementType[] VALUES = values();
    private static final List<Optional<ElementType>> BY_ORT = byOrt();

    private final int onnx;
    private final int ort;
    private final int bits;
    private final String label = name().toLowerCase(Locale.ROOT);

    ElementType(int onnx, int ort, int bits) {
        this.onnx = onnx;
        this.ort = ort;
        this.bits = bits;
    }

    /** The number in ONNX's {@code TensorProto.DataType}. */
    public int onnx() {
        return onnx;
    }

    /** The number in ORT's {@code ONNXTensorElementDataType}. */
    public int ort() {
        return ort;
    }

    /**
     * The number by which ORT's functions that make tensors know this type. They take ORT's enum and read ONNX's numbers
     * (1.29.0: made as ORT's {@code INT2}, a tensor says that it is {@code UINT2}).
     */
    int ortForMaking() {
        return onnx;
    }

    /** Whether every ORT knows tensors of this type: none knows those of complex numbers, and only newer ones the rest. */
    boolean isInEveryOrt() {
        return onnx <= BFLOAT16.onnx && this != COMPLEX64 && this != COMPLEX128;
    }

    /** The size of one element in bits; 0 for {@link #STRING}. */
    public int bits() {
        return bits;
    }

    /** The name as people write it: {@code float32}, {@code int64}, {@code string}. */
    public String label() {
        return label;
    }

    /** Whether this is an IEEE or reduced-precision real floating-point type. */
    public boolean isFloat() {
        return switch (this) {
            case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ,
                 FLOAT8E8M0, FLOAT4E2M1 -> true;
            default -> false;
        };
    }

    /**
     * The number of bytes that {@code elements} consecutive elements take.
     *
     * @throws TensorException if this type has no fixed size or the number does not fit 64 bits
     */
    public long byteSize(long elements) {
        if (bits == 0) {
            throw new TensorException("a tensor of strings has no fixed size in bytes");
        }
        try {
            return bits >= 8
                ? Math.multiplyExact(elements, bits / 8L)
                : Math.addExact(Math.multiplyExact(elements, (long) bits), 7L) / 8L;
        } catch (ArithmeticException e) {
            throw new TensorException(elements + " elements of " + label + " are more bytes than 64 bits can count");
        }
    }

    /** The alignment that one element needs in native memory, in bytes. */
    public long alignment() {
        return switch (this) {
            case COMPLEX64 -> ValueLayout.JAVA_FLOAT.byteSize();
            case COMPLEX128 -> ValueLayout.JAVA_DOUBLE.byteSize();
            default -> Math.max(1, bits / 8);
        };
    }

    /** The type with this number in ORT's {@code ONNXTensorElementDataType}, if it is one this version knows. */
    public static Optional<ElementType> fromOrt(int ort) {
        return ort >= 0 && ort < BY_ORT.size() ? BY_ORT.get(ort) : Optional.empty();
    }

    private static List<Optional<ElementType>> byOrt() {
        var types = new ArrayList<>(Collections.nCopies(VALUES.length + 1, Optional.<ElementType>empty()));
        for (var type : VALUES) {
            types.set(type.ort, Optional.of(type));
        }
        return List.copyOf(types);
    }

    /** The type with this number in ONNX's {@code TensorProto.DataType}, if it is one this version knows. */
    public static Optional<ElementType> fromOnnx(int onnx) {
        return onnx >= 1 && onnx <= VALUES.length ? Optional.of(VALUES[onnx - 1]) : Optional.empty();
    }

    /** The type with this {@link #label()}; {@code float}, {@code double}, {@code half} and {@code str} are understood. */
    public static Optional<ElementType> fromLabel(String label) {
        var wanted = switch (label.toLowerCase(Locale.ROOT)) {
            case "float" -> "float32";
            case "double" -> "float64";
            case "half" -> "float16";
            case "str", "text" -> "string";
            case String other -> other;
        };
        for (var type : VALUES) {
            if (type.label.equals(wanted)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return label;
    }
}
