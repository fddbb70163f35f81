package dev.gpux.cli.verify;

import dev.gpux.cli.common.Elements;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a model's output may be from a reference: |actual − expected| ≤ absolute + relative · |expected|, as NumPy's
 * {@code assert_allclose} has it, for floating-point numbers; all else must be equal.
 *
 * @param relative the relative part
 * @param absolute the absolute part
 */
record Tolerance(double relative, double absolute) {
    /** The first thing that differs, in words; nothing if all is within the tolerance. */
    Optional<String> difference(String where, Value expected, Value actual) {
        return switch (expected) {
            case Tensor tensor when actual instanceof Tensor other -> tensors(where, tensor, other);
            case SequenceValue list when actual instanceof SequenceValue other -> sequences(where, list, other);
            case MapValue map when actual instanceof MapValue other ->
                difference(where + " keys", map.keys(), other.keys())
                    .or(() -> difference(where + " values", map.values(), other.values()));
            case OptionalValue _ when actual instanceof OptionalValue -> Optional.empty();
            default -> Optional.of(where + ": " + actual + ", expected " + expected);
        };
    }

    private Optional<String> sequences(String where, SequenceValue expected, SequenceValue actual) {
        int size = expected.elements().size();
        if (size != actual.elements().size()) {
            return Optional.of(where + ": " + actual.elements().size() + " elements, expected " + size);
        }
        for (int i = 0; i < size; i++) {
            var difference = difference(where + "[" + i + "]", expected.elements().get(i), actual.elements().get(i));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private Optional<String> tensors(String where, Tensor expected, Tensor actual) {
        if (expected.elementType() != actual.elementType() || !expected.shape().equals(actual.shape())) {
            return Optional.of(where + ": " + actual + ", expected " + expected);
        }
        return switch (expected.elementType()) {
            case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> numbers(where, expected, actual);
            case STRING -> expected.strings().equals(actual.strings()) ? Optional.empty()
                : Optional.of(where + ": texts differ: " + first(expected, actual));
            default -> expected.segment().mismatch(actual.segment()) == -1 ? Optional.empty()
                : Optional.of(where + ": " + first(expected, actual));
        };
    }

    private static String first(Tensor expected, Tensor actual) {
        for (long i = 0; i < expected.shape().elements(); i++) {
            var one = Elements.text(expected, i);
            var other = Elements.text(actual, i);
            if (!one.equals(other)) {
                return other + " at " + i + ", expected " + one;
            }
        }
        return "other bytes than expected";
    }

    private Optional<String> numbers(String where, Tensor expected, Tensor actual) {
        long count = expected.shape().elements();
        long wrong = 0;
        long worst = 0;
        double most = -1;
        for (long i = 0; i < count; i++) {
            double a = Elements.number(expected, i);
            double b = Elements.number(actual, i);
            double over = over(a, b);
            if (over > 0) {
                wrong++;
                if (over > most) {
                    most = over;
                    worst = i;
                }
            }
        }
        return wrong == 0 ? Optional.empty() : Optional.of(String.format(Locale.ROOT,
            "%s: %d of %d numbers differ, most at %d: %s, expected %s", where, wrong, count, worst,
            Elements.text(actual, worst), Elements.text(expected, worst)));
    }

    /** By how much the difference exceeds what is allowed; 0 if it does not. */
    private double over(double expected, double actual) {
        if (expected == actual || Double.isNaN(expected) && Double.isNaN(actual)) {
            return 0;
        }
        double over = Math.abs(actual - expected) - absolute - relative * Math.abs(expected);
        return Double.isFinite(actual) && Double.isFinite(expected) ? Math.max(0, over) : Double.POSITIVE_INFINITY;
    }
}
