package dev.gpux.tensorio;

import dev.gpux.ort.ElementType;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A simple NumPy dtype, as its type string says it ({@code <f4}): byte order, kind, and bytes per item.
 *
 * <p>Source: NumPy reference, "The array interface protocol", {@code typestr}.
 *
 * @param order the byte order of one number
 * @param kind the kind: {@code b i u f S U V}
 * @param itemSize bytes per element; for {@code U} four times the number of characters
 */
record NpyType(ByteOrder order, char kind, int itemSize) {
    private static final String NUMBERS = "biufV";
    /** More than any text that a model reads, and small enough that sizes cannot overflow. */
    private static final int MAX_ITEM = 1 << 24;

    /**
     * Reads a type string.
     *
     * @throws TensorFormatException if it is none, or one that no tensor can hold
     */
    static NpyType parse(String text) {
        if (text.length() < 2 || text.length() > 12) {
            throw unknown(text);
        }
        int at = 0;
        var order = switch (text.charAt(0)) {
            case '<' -> ByteOrder.LITTLE_ENDIAN;
            case '>' -> ByteOrder.BIG_ENDIAN;
            case '|', '=' -> ByteOrder.nativeOrder();
            default -> null;
        };
        if (order == null) {
            order = ByteOrder.nativeOrder();
        } else {
            at = 1;
        }
        char kind = text.charAt(at);
        switch (kind) {
            case 'O' -> throw new TensorFormatException("the array holds Python objects (dtype=object), which only "
                + "Python can read; convert it to numbers or text first: a.astype('float32') or a.astype(str)");
            case 'M', 'm' -> throw new TensorFormatException("the array holds dates or time spans (" + text
                + "); convert it to numbers first: a.astype('int64')");
            case 'c' -> throw new TensorFormatException("the array holds complex numbers (" + text + "), and "
                + Declared.NO_COMPLEX + "; models that work with them take a last dimension of size 2: "
                + "numpy.stack([a.real, a.imag], -1)");
            default -> { }
        }
        int size = digits(text, at + 1);
        if (size < 0 || NUMBERS.indexOf(kind) < 0 && kind != 'S' && kind != 'a' && kind != 'U') {
            throw unknown(text);
        }
        return kind == 'U' ? new NpyType(order, 'U', 4 * size) : new NpyType(order, kind == 'a' ? 'S' : kind, size);
    }

    private static int digits(String text, int from) {
        long value = from < text.length() ? 0 : -1;
        for (int i = from; i < text.length() && value >= 0; i++) {
            char c = text.charAt(i);
            value = c >= '0' && c <= '9' ? value * 10 + c - '0' : -1;
        }
        return value > MAX_ITEM ? -1 : (int) value;
    }

    private static TensorFormatException unknown(String text) {
        return new TensorFormatException("'" + text + "' is no NumPy type that a tensor can hold; bool, integers, "
            + "floats and text (U, S) are");
    }

    /** The type that {@code .npy} uses for {@code type}; strings have a width and are not asked for here. */
    static NpyType of(ElementType type) {
        char kind = switch (type) {
            case BOOL -> 'b';
            case INT8, INT16, INT32, INT64, INT4, INT2 -> 'i';
            case UINT8, UINT16, UINT32, UINT64, UINT4, UINT2 -> 'u';
            case FLOAT16, FLOAT32, FLOAT64 -> 'f';
            case STRING, COMPLEX64, COMPLEX128 -> throw new TensorFormatException(type + " has no fixed type in .npy");
            default -> 'V';
        };
        return new NpyType(ByteOrder.nativeOrder(), kind, Math.max(1, type.bits() / 8));
    }

    boolean isText() {
        return kind == 'U' || kind == 'S';
    }

    /**
     * The element type of these items, if it does not depend on what is wanted: raw bytes ({@code V}) and 8-bit floats,
     * which NumPy itself has no type for, take the meaning of {@code wanted} if that has as many bits.
     */
    Optional<ElementType> elementType(ElementType wanted) {
        return switch (kind) {
            case 'b' -> itemSize == 1 ? Optional.of(ElementType.BOOL) : Optional.empty();
            case 'i' -> bySize(ElementType.INT8, ElementType.INT16, ElementType.INT32, ElementType.INT64);
            case 'u' -> bySize(ElementType.UINT8, ElementType.UINT16, ElementType.UINT32, ElementType.UINT64);
            case 'f' -> switch (itemSize) {
                case 1 -> extension(wanted);
                case 2 -> Optional.of(ElementType.FLOAT16);
                case 4 -> Optional.of(ElementType.FLOAT32);
                case 8 -> Optional.of(ElementType.FLOAT64);
                default -> Optional.empty();
            };
            case 'V' -> extension(wanted);
            default -> Optional.of(ElementType.STRING);
        };
    }

    private Optional<ElementType> bySize(ElementType one, ElementType two, ElementType four, ElementType eight) {
        return switch (itemSize) {
            case 1 -> Optional.of(one);
            case 2 -> Optional.of(two);
            case 4 -> Optional.of(four);
            case 8 -> Optional.of(eight);
            default -> Optional.empty();
        };
    }

    private Optional<ElementType> extension(ElementType wanted) {
        boolean unknownToNumPy = switch (wanted) {
            case BFLOAT16, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0, FLOAT4E2M1 -> true;
            default -> false;
        };
        return unknownToNumPy && itemSize == Math.max(1, wanted.bits() / 8) ? Optional.of(wanted) : Optional.empty();
    }

    /** The type string. */
    String descr() {
        char prefix = itemSize == 1 || kind == 'S' ? '|' : order == ByteOrder.LITTLE_ENDIAN ? '<' : '>';
        return "" + prefix + kind + (kind == 'U' ? itemSize / 4 : itemSize);
    }

    /** As NumPy's {@code dtype.name} has it, for messages. */
    @Override
    public String toString() {
        return switch (kind) {
            case 'b' -> "bool";
            case 'i' -> "int" + itemSize * 8;
            case 'u' -> "uint" + itemSize * 8;
            case 'f' -> "float" + itemSize * 8;
            case 'V' -> "raw bytes (V" + itemSize + ")";
            default -> "text (" + descr() + ")";
        };
    }
}
