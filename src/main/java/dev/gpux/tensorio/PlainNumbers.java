package dev.gpux.tensorio;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType;
import dev.gpux.ort.ValueType.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/**
 * What people type: a few numbers in brackets, of the most usual dtypes. The JSON parser reads them just the same, but
 * when it is first used Java computes powers of five with up to 76,000 bits, which a short command need not wait for.
 *
 * <p>Whatever is not plain, or not in order, is left to the parser, which has the words for it.
 */
final class PlainNumbers {
    private static final int MOST_CHARACTERS = 4096;
    private static final int MOST_DIMENSIONS = 8;
    /** Any integer of so many digits is a {@code long}. */
    private static final int MOST_DIGITS = 18;
    private static final int UNKNOWN = -1;

    private final String text;
    private final ElementType type;
    private final long[] sizes = new long[MOST_DIMENSIONS];
    private final double[] floats;
    private final long[] integers;
    private int at;
    private int count;
    private int rank = UNKNOWN;

    private PlainNumbers(String text, ElementType type) {
        this.text = text;
        this.type = type;
        int most = text.length() / 2 + 1;
        this.floats = new double[isFloat() ? most : 0];
        this.integers = new long[isFloat() ? 0 : most];
        Arrays.fill(sizes, UNKNOWN);
    }

    private boolean isFloat() {
        return type == ElementType.FLOAT32 || type == ElementType.FLOAT64;
    }

    /** The tensor that {@code json} holds, if it is plain and fits {@code expected}. */
    static Optional<Tensor> read(Arena arena, String json, ValueType expected) {
        if (json.length() > MOST_CHARACTERS || !(expected instanceof TensorType type)) {
            return Optional.empty();
        }
        var element = type.elementType();
        if (element != ElementType.FLOAT32 && element != ElementType.FLOAT64 && element != ElementType.INT32
                && element != ElementType.INT64) {
            return Optional.empty();
        }
        var numbers = new PlainNumbers(json, element);
        if (!numbers.value(0) || numbers.next() != 0) {
            return Optional.empty();
        }
        var shape = Shape.of(Arrays.copyOf(numbers.sizes, numbers.rank));
        return type.accepts(element, shape) ? Optional.of(numbers.toTensor(arena, shape)) : Optional.empty();
    }

    private Tensor toTensor(Arena arena, Shape shape) {
        return Tensor.copyOf(arena, type, elements(), shape.toArray());
    }

    private MemorySegment elements() {
        return switch (type) {
            case FLOAT32 -> {
                var elements = new float[count];
                for (int i = 0; i < count; i++) {
                    elements[i] = (float) floats[i];
                }
                yield MemorySegment.ofArray(elements);
            }
            case FLOAT64 -> MemorySegment.ofArray(Arrays.copyOf(floats, count));
            case INT32 -> {
                var elements = new int[count];
                for (int i = 0; i < count; i++) {
                    elements[i] = (int) integers[i];
                }
                yield MemorySegment.ofArray(elements);
            }
            default -> MemorySegment.ofArray(Arrays.copyOf(integers, count));
        };
    }

    /** Steps over space; the character that is there then, 0 at the end. */
    private char next() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
            at++;
        }
        return here();
    }

    private char here() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean value(int depth) {
        if (next() == '[') {
            at++;
            return depth != rank && depth < MOST_DIMENSIONS && array(depth);
        }
        if (rank == UNKNOWN) {
            rank = depth;
        }
        return depth == rank && number();
    }

    private boolean array(int depth) {
        long size = 0;
        do {
            if (!value(depth + 1)) {
                return false;
            }
            size++;
        } while (take(','));
        if (sizes[depth] != UNKNOWN && sizes[depth] != size) {
            return false;
        }
        sizes[depth] = size;
        return take(']');
    }

    private boolean take(char wanted) {
        if (next() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private boolean number() {
        int from = at;
        if (here() == '-') {
            at++;
        }
        int first = at;
        int digits = digits();
        boolean whole = true;
        boolean plain = digits > 0 && digits <= MOST_DIGITS && (digits == 1 || text.charAt(first) != '0');
        if (plain && here() == '.') {
            at++;
            whole = false;
            plain = digits() > 0;
        }
        if (!plain) {
            return false;
        }
        return isFloat() ? decimal(text.substring(from, at)) : whole && integer(from);
    }

    private int digits() {
        int from = at;
        while (here() >= '0' && here() <= '9') {
            at++;
        }
        return at - from;
    }

    private boolean decimal(String digits) {
        // A float is rounded once, from the text; the double that holds it until the end is exactly that float.
        floats[count++] = type == ElementType.FLOAT32 ? Float.parseFloat(digits) : Double.parseDouble(digits);
        return true;
    }

    private boolean integer(int from) {
        long value = Long.parseLong(text, from, at, 10);
        integers[count++] = value;
        return type == ElementType.INT64 || value == (int) value;
    }
}
