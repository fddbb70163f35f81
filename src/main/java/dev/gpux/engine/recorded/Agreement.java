package dev.gpux.engine.recorded;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Float16;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongToDoubleFunction;

/**
 * Whether two ways to run a model give the same answers: real numbers to within a part of the largest one, all else to
 * the bit. Numbers that are none have to be so in both.
 */
public final class Agreement {
    /** The part that docs/gpu.md allows kernels that round to TF32 or float16, against another way to compute. */
    public static final double OF_LARGEST = 1e-2;

    private Agreement() { }

    /**
     * What differs, in words; empty if nothing does.
     *
     * @param actual gives an output by its name
     */
    public static Optional<String> difference(Map<String, ? extends Value> expected, Function<String, Tensor> actual) {
        for (var output : expected.entrySet()) {
            if (!(output.getValue() instanceof Tensor tensor)) {
                return Optional.of("the output '" + output.getKey() + "' is no tensor");
            }
            var other = actual.apply(output.getKey());
            if (!agree(tensor, other)) {
                return Optional.of("the output '" + output.getKey() + "' differs: " + worst(tensor, other));
            }
        }
        return Optional.empty();
    }

    private static boolean agree(Tensor expected, Tensor actual) {
        if (expected.elementType() != actual.elementType() || !expected.shape().equals(actual.shape())) {
            return false;
        }
        if (expected.elementType() == ElementType.STRING) {
            return expected.strings().equals(actual.strings());
        }
        return expected.segment().mismatch(actual.segment()) < 0 || distance(expected, actual) <= OF_LARGEST;
    }

    private static String worst(Tensor expected, Tensor actual) {
        return expected.shape().equals(actual.shape()) && expected.elementType().isFloat()
            ? String.format("by %.1e of the largest number", distance(expected, actual))
            : expected + " and " + actual;
    }

    /** The largest difference as a part of the largest number; infinite where there can be none. */
    private static double distance(Tensor expected, Tensor actual) {
        var one = numbers(expected);
        var other = numbers(actual);
        if (one.isEmpty() || other.isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        double difference = 0;
        for (long i = 0; i < expected.shape().elements(); i++) {
            double a = one.get().applyAsDouble(i);
            double b = other.get().applyAsDouble(i);
            if (Double.compare(a, b) != 0) {
                // What is no number, or infinite, in one of them alone makes this no number.
                double apart = Math.abs(a - b);
                difference = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(difference, apart);
            }
            if (Double.isFinite(a)) {
                largest = Math.max(largest, Math.abs(a));
            }
        }
        return difference == 0 ? 0 : difference / largest;
    }

    private static Optional<LongToDoubleFunction> numbers(Tensor tensor) {
        var memory = tensor.segment();
        return switch (tensor.elementType()) {
            case FLOAT32 -> Optional.of(i -> memory.getAtIndex(JAVA_FLOAT, i));
            case FLOAT64 -> Optional.of(i -> memory.getAtIndex(JAVA_DOUBLE, i));
            case FLOAT16 -> Optional.of(i -> Float16.fromFloat16(memory.getAtIndex(JAVA_SHORT, i)));
            case BFLOAT16 -> Optional.of(i -> Float16.fromBfloat16(memory.getAtIndex(JAVA_SHORT, i)));
            default -> Optional.empty();
        };
    }
}
