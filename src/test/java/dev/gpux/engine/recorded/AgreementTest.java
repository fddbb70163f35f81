package dev.gpux.engine.recorded;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Float16;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.Tensor;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgreementTest {
    private static final float NAN = Float.NaN;

    private static Optional<String> difference(Tensor expected, Tensor actual) {
        return Agreement.difference(Map.of("y", expected), Map.of("y", actual)::get);
    }

    private static boolean agree(float[] expected, float... actual) {
        try (var arena = Arena.ofConfined()) {
            var one = Tensor.of(arena, expected, expected.length);
            boolean agree = difference(one, Tensor.of(arena, actual, actual.length)).isEmpty();
            var doubles = Tensor.of(arena, widen(expected), expected.length);
            assertEquals(agree, difference(doubles, Tensor.of(arena, widen(actual), actual.length)).isEmpty());
            return agree;
        }
    }

    private static double[] widen(float[] numbers) {
        var wide = new double[numbers.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = numbers[i];
        }
        return wide;
    }

    @Test
    void aPartOfTheLargestNumberIsForgiven() {
        assertTrue(agree(new float[] {100, 0, -1}, 100, 0.9f, -1.9f));
        assertFalse(agree(new float[] {100, 0, -1}, 100, 1.1f, -1));
        assertFalse(agree(new float[] {0, 0}, 0, 1e-9f));
        assertTrue(agree(new float[] {0, 0}, -0f, 0));
        assertFalse(agree(new float[] {1, 2}, 1));
    }

    @Test
    void numbersThatAreNoneHaveToBeSoInBoth() {
        float infinite = Float.POSITIVE_INFINITY;
        assertTrue(agree(new float[] {NAN, infinite, 1}, NAN, infinite, 1.001f));
        assertFalse(agree(new float[] {NAN, 1}, 1, 1));
        assertFalse(agree(new float[] {1, 1}, 1, NAN));
        assertFalse(agree(new float[] {infinite, 1}, 1, 1));
        assertFalse(agree(new float[] {1, 1}, 1, infinite));
        assertFalse(agree(new float[] {infinite, 1}, -infinite, 1));
    }

    @Test
    void halfNumbersAreNumbersAndAllElseIsBits() {
        try (var arena = Arena.ofConfined()) {
            var half = Tensor.allocate(arena, ElementType.FLOAT16, 1);
            half.segment().set(JAVA_SHORT, 0, Float16.toFloat16(1));
            var other = Tensor.allocate(arena, ElementType.FLOAT16, 1);
            other.segment().set(JAVA_SHORT, 0, Float16.toFloat16(1.001f));
            assertEquals(Optional.empty(), difference(half, other));
            var seven = Tensor.of(arena, new long[] {7}, 1);
            assertEquals(Optional.empty(), difference(seven, Tensor.of(arena, new long[] {7}, 1)));
            assertTrue(difference(seven, Tensor.of(arena, new long[] {8}, 1)).isPresent());
            assertTrue(difference(seven, Tensor.of(arena, new int[] {7}, 1)).isPresent());
            var text = Tensor.ofStrings(arena, List.of("a"), 1);
            assertEquals(Optional.empty(), difference(text, Tensor.ofStrings(arena, List.of("a"), 1)));
            assertTrue(difference(text, Tensor.ofStrings(arena, List.of("b"), 1)).isPresent());
            assertEquals(Optional.of("the output 'y' is no tensor"),
                Agreement.difference(Map.of("y", OptionalValue.EMPTY), _ -> text));
        }
    }
}
