package dev.gpux.engine;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.gpux.gpuxfile.Value;
import dev.gpux.ort.Float16;
import dev.gpux.ort.Tensor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/** How far an element of a tensor is from what a GPUXfile expects. */
final class Difference {
    /** What no tolerance forgives. */
    static final double TOTAL = Double.POSITIVE_INFINITY;

    private Difference() { }

    /** The element as text, for messages. */
    static String text(Tensor tensor, long index) {
        return switch (tensor.elementType()) {
            case STRING -> '"' + tensor.strings().get(Math.toIntExact(index)) + '"';
            case BOOL -> String.valueOf(tensor.segment().get(JAVA_BYTE, index) != 0);
            case FLOAT32 -> String.valueOf(tensor.segment().getAtIndex(JAVA_FLOAT, index));
            default -> whole(tensor, index).map(BigInteger::toString).orElseGet(() ->
                real(tensor, index).map(String::valueOf).orElse("an element of " + tensor.elementType()));
        };
    }

    /** The absolute difference; {@link #TOTAL} if the two are of different kinds. */
    static double of(Value.Scalar expected, Tensor tensor, long index) {
        return switch (expected) {
            case Value.Text text -> equal(text.text(), tensor, index) ? 0 : TOTAL;
            case Value.Bool bool -> switch (tensor.elementType()) {
                case BOOL -> bool.value() == (tensor.segment().get(JAVA_BYTE, index) != 0) ? 0 : TOTAL;
                default -> TOTAL;
            };
            case Value.Whole number -> whole(tensor, index)
                .map(actual -> actual.subtract(number.value()).abs().doubleValue())
                .orElseGet(() -> real(tensor, index).map(actual -> of(number.value().doubleValue(), actual))
                    .orElse(TOTAL));
            case Value.Real number -> whole(tensor, index).map(BigDecimal::new).map(BigDecimal::doubleValue)
                .or(() -> real(tensor, index)).map(actual -> of(number.value(), actual)).orElse(TOTAL);
        };
    }

    /** The absolute difference; none between two infinities of one sign, or two that are no numbers. */
    static double of(double expected, double actual) {
        if (Double.compare(expected, actual) == 0) {
            return 0;
        }
        double difference = Math.abs(actual - expected);
        return Double.isNaN(difference) ? TOTAL : difference;
    }

    private static boolean equal(String expected, Tensor tensor, long index) {
        return switch (tensor.elementType()) {
            case STRING -> tensor.strings().get(Math.toIntExact(index)).equals(expected);
            default -> false;
        };
    }

    private static Optional<BigInteger> whole(Tensor tensor, long index) {
        return switch (tensor.elementType()) {
            case INT8 -> integer(tensor.segment().get(JAVA_BYTE, index));
            case UINT8, BOOL -> integer(Byte.toUnsignedLong(tensor.segment().get(JAVA_BYTE, index)));
            case INT16 -> integer(tensor.segment().getAtIndex(JAVA_SHORT, index));
            case UINT16 -> integer(Short.toUnsignedLong(tensor.segment().getAtIndex(JAVA_SHORT, index)));
            case INT32 -> integer(tensor.segment().getAtIndex(JAVA_INT, index));
            case UINT32 -> integer(Integer.toUnsignedLong(tensor.segment().getAtIndex(JAVA_INT, index)));
            case INT64 -> integer(tensor.segment().getAtIndex(JAVA_LONG, index));
            case UINT64 -> Optional.of(new BigInteger(
                Long.toUnsignedString(tensor.segment().getAtIndex(JAVA_LONG, index))));
            default -> Optional.empty();
        };
    }

    private static Optional<BigInteger> integer(long value) {
        return Optional.of(BigInteger.valueOf(value));
    }

    private static Optional<Double> real(Tensor tensor, long index) {
        return switch (tensor.elementType()) {
            case FLOAT32 -> Optional.of((double) tensor.segment().getAtIndex(JAVA_FLOAT, index));
            case FLOAT64 -> Optional.of(tensor.segment().getAtIndex(JAVA_DOUBLE, index));
            case FLOAT16 -> Optional.of((double) Float16.fromFloat16(tensor.segment().getAtIndex(JAVA_SHORT, index)));
            case BFLOAT16 -> Optional.of((double) Float16.fromBfloat16(tensor.segment().getAtIndex(JAVA_SHORT, index)));
            default -> Optional.empty();
        };
    }
}
