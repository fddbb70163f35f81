package dev.gpux.tensorio;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.NumberInput;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Float16;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Reads JSON numbers as numbers of one element type. A value outside the type's range is an error, never a wrap or an
 * infinity; a float is rounded to the nearest value of its type, from the decimal text itself.
 */
final class JsonNumbers {
    private static final int MAX_INTEGER_DIGITS = 20;

    private final ElementType type;
    private final long min;
    private final long max;

    JsonNumbers(ElementType type) {
        this.type = type;
        this.min = switch (type) {
            case INT8 -> Byte.MIN_VALUE;
            case INT16 -> Short.MIN_VALUE;
            case INT32 -> Integer.MIN_VALUE;
            case INT64 -> Long.MIN_VALUE;
            case INT4, INT2 -> PackedBits.min(type);
            default -> 0;
        };
        this.max = switch (type) {
            case INT8 -> Byte.MAX_VALUE;
            case UINT8 -> 0xFF;
            case INT16 -> Short.MAX_VALUE;
            case UINT16 -> 0xFFFF;
            case INT32 -> Integer.MAX_VALUE;
            case UINT32 -> 0xFFFF_FFFFL;
            case INT64, UINT64 -> Long.MAX_VALUE;
            case INT4, UINT4, INT2, UINT2 -> PackedBits.max(type);
            default -> 0;
        };
    }

    /** An integer; for uint64 its 64 bits. */
    long integer(JsonCursor cursor) throws IOException {
        var parser = cursor.parser();
        if (cursor.token() == JsonToken.VALUE_NUMBER_INT) {
            if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                return inRange(cursor, parser.getLongValue());
            }
            return big(cursor, parser.getBigIntegerValue());
        }
        if (cursor.token() == JsonToken.VALUE_NUMBER_FLOAT && !isSpecial(parser)) {
            return whole(cursor);
        }
        throw cursor.fail("an integer was expected (" + type + ", " + range() + "), found " + cursor.found());
    }

    private long inRange(JsonCursor cursor, long value) throws IOException {
        if (value < min || value > max) {
            throw outside(cursor);
        }
        return value;
    }

    private long big(JsonCursor cursor, BigInteger value) throws IOException {
        if (type == ElementType.UINT64 && value.signum() >= 0 && value.bitLength() <= Long.SIZE) {
            return value.longValue();
        }
        if (value.bitLength() < Long.SIZE) {
            return inRange(cursor, value.longValue());
        }
        throw outside(cursor);
    }

    /** A number with a fraction or an exponent is fine if it is an integer all the same: 3.0, 1e3. */
    private long whole(JsonCursor cursor) throws IOException {
        BigDecimal value;
        try {
            value = new BigDecimal(cursor.parser().getText()).stripTrailingZeros();
        } catch (NumberFormatException e) {
            // An exponent beyond 32 bits.
            throw outside(cursor);
        }
        if (value.scale() > 0) {
            throw cursor.fail(cursor.found() + " is not an integer, and " + type + " holds integers (" + range() + ")");
        }
        if ((long) value.precision() - value.scale() > MAX_INTEGER_DIGITS) {
            throw outside(cursor);
        }
        return big(cursor, value.toBigIntegerExact());
    }

    private TensorFormatException outside(JsonCursor cursor) throws IOException {
        return cursor.fail(cursor.found() + " does not fit " + type + " (" + range() + ")");
    }

    private String range() {
        return min + " to " + (type == ElementType.UINT64 ? Long.toUnsignedString(-1) : Long.toString(max));
    }

    float float32(JsonCursor cursor) throws IOException {
        if (isFinite(cursor)) {
            var parser = cursor.parser();
            float value = NumberInput.parseFloat(
                parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength(), true);
            if (Float.isInfinite(value)) {
                throw overflow(cursor, Float.MAX_VALUE);
            }
            return value;
        }
        return (float) special(cursor);
    }

    double float64(JsonCursor cursor) throws IOException {
        if (isFinite(cursor)) {
            double value = decimal(cursor);
            if (Double.isInfinite(value)) {
                throw overflow(cursor, Double.MAX_VALUE);
            }
            return value;
        }
        return special(cursor);
    }

    /** The bits of a float16 or bfloat16. */
    short float16(JsonCursor cursor) throws IOException {
        boolean half = type == ElementType.FLOAT16;
        if (!isFinite(cursor)) {
            float value = (float) special(cursor);
            return half ? Float16.toFloat16(value) : Float16.toBfloat16(value);
        }
        float value = roundToOdd(decimal(cursor));
        short bits = half ? Float16.toFloat16(value) : Float16.toBfloat16(value);
        float rounded = half ? Float16.fromFloat16(bits) : Float16.fromBfloat16(bits);
        if (Float.isInfinite(rounded)) {
            throw overflow(cursor, half ? Float16.fromFloat16((short) 0x7BFF) : Float16.fromBfloat16((short) 0x7F7F));
        }
        return bits;
    }

    /** The bits of a float of 8 bits or less. */
    int smallFloat(JsonCursor cursor) throws IOException {
        var codec = SmallFloat.of(type);
        boolean finite = isFinite(cursor);
        int bits = codec.encode(finite ? decimal(cursor) : special(cursor));
        if (bits < 0) {
            throw cursor.fail(cursor.found() + " does not fit " + type + " (" + codec.min() + " to " + codec.max()
                + (finite ? ")" : ", nothing else)"));
        }
        return bits;
    }

    /**
     * A float that rounds further to a narrower one as the double itself would: where the float is inexact its last bit
     * is set, which remembers that the value lies off every tie.
     */
    private static float roundToOdd(double value) {
        float nearest = (float) value;
        if (nearest == value || Float.isInfinite(nearest)) {
            return nearest;
        }
        if ((Float.floatToRawIntBits(nearest) & 1) != 0) {
            return nearest;
        }
        return nearest < value ? Math.nextUp(nearest) : Math.nextDown(nearest);
    }

    private static double decimal(JsonCursor cursor) throws IOException {
        var parser = cursor.parser();
        return NumberInput.parseDouble(
            parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength(), true);
    }

    private boolean isFinite(JsonCursor cursor) throws IOException {
        return switch (cursor.token()) {
            case VALUE_NUMBER_INT -> true;
            case VALUE_NUMBER_FLOAT -> !isSpecial(cursor.parser());
            default -> false;
        };
    }

    /** Whether a number token is one of the bare words NaN, Infinity, -Infinity, INF. */
    private static boolean isSpecial(JsonParser parser) throws IOException {
        var text = parser.getTextCharacters();
        int at = parser.getTextOffset();
        char first = text[at] == '-' || text[at] == '+' ? text[at + 1] : text[at];
        return first == 'N' || first == 'I';
    }

    /** NaN or an infinity, as a bare word or as text. */
    private double special(JsonCursor cursor) throws IOException {
        if (cursor.token() == JsonToken.VALUE_STRING || cursor.token() == JsonToken.VALUE_NUMBER_FLOAT) {
            switch (cursor.parser().getText()) {
                case "NaN", "nan" -> {
                    return Double.NaN;
                }
                case "Infinity", "+Infinity", "INF", "+INF", "inf", "+inf" -> {
                    return Double.POSITIVE_INFINITY;
                }
                case "-Infinity", "-INF", "-inf" -> {
                    return Double.NEGATIVE_INFINITY;
                }
                default -> { }
            }
        }
        throw cursor.fail("a number was expected (" + type + "; also NaN, Infinity, -Infinity), found "
            + cursor.found());
    }

    private TensorFormatException overflow(JsonCursor cursor, Number max) throws IOException {
        return cursor.fail(cursor.found() + " does not fit " + type + " (up to " + max
            + "); write Infinity if that is meant");
    }
}
