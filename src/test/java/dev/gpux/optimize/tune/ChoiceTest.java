package dev.gpux.optimize.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.SessionOptions.GraphOptimization;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whether the choice depends on the noise: made-up times, some of them of a machine that others use. */
class ChoiceTest {
    private static final Setting STANDARD = setting(2, GraphOptimization.ALL, false);
    private static final Setting EXTENDED = setting(2, GraphOptimization.EXTENDED, false);
    private static final Setting SPINNING = setting(2, GraphOptimization.ALL, true);
    private static final Setting BOTH = setting(2, GraphOptimization.EXTENDED, true);
    private static final Setting SINGLE = setting(1, GraphOptimization.ALL, false);
    private static final int TRIES = 200;

    private static Setting setting(int threads, GraphOptimization level, boolean spin) {
        return new Setting(Precision.ORIGINAL, "cpu", threads, level, spin, 1);
    }

    /** Rounds in which all settings are disturbed alike, and each one by itself. */
    private static Map<Setting, Series> measured(Map<Setting, Double> times, int rounds, double noise, Random random) {
        var measured = new LinkedHashMap<Setting, Series>();
        times.keySet().forEach(setting -> measured.put(setting, new Series()));
        for (int round = 0; round < rounds; round++) {
            double all = Math.exp(Math.abs(random.nextGaussian()));
            times.forEach((setting, time) -> measured.get(setting).add(time * all
                * Math.exp(noise * random.nextGaussian() * (random.nextInt(10) == 0 ? 5 : 1)), 1));
        }
        return measured;
    }

    private static int chosen(Setting expected, Map<Setting, Double> given, double noise, Optional<Setting> before) {
        var times = new TreeMap<Setting, Double>(Comparator.comparing(Setting::toString).reversed());
        times.putAll(given);
        var random = new Random(Long.getLong("gpux.seed", 3));
        int right = 0;
        for (int i = 0; i < TRIES; i++) {
            right += Choice.of(measured(times, 100, noise, random), STANDARD, before).setting().equals(expected) ? 1
                : 0;
        }
        return right;
    }

    @Test
    void equalsAreTheNearestToTheDefault() {
        var times = Map.of(STANDARD, 2.0, EXTENDED, 2.01, SPINNING, 1.5, BOTH, 1.49, SINGLE, 3.0);
        assertEquals(TRIES, chosen(SPINNING, times, 0.05, Optional.empty()));
        int right = chosen(SPINNING, times, 0.2, Optional.empty());
        assertTrue(right > 0.9 * TRIES, "in " + right + " of " + TRIES);
    }

    @Test
    void noiseIsNoReasonToLeaveTheDefault() {
        var times = Map.of(STANDARD, 2.0, EXTENDED, 1.98, SPINNING, 1.99, BOTH, 2.0, SINGLE, 2.01);
        assertEquals(TRIES, chosen(STANDARD, times, 0.05, Optional.empty()));
        int right = chosen(STANDARD, times, 0.3, Optional.empty());
        assertTrue(right > 0.9 * TRIES, "in " + right + " of " + TRIES);
    }

    @Test
    void amongEqualsOfTheSameDistanceItIsAlwaysTheSame() {
        var times = Map.of(STANDARD, 2.0, SPINNING, 1.5, SINGLE, 1.5);
        assertEquals(TRIES, chosen(SINGLE, times, 0.05, Optional.empty()));
    }

    @Test
    void whatWasChosenBeforeStaysAmongEqualsOnly() {
        var times = Map.of(STANDARD, 2.0, EXTENDED, 2.0, SPINNING, 1.5, BOTH, 1.49);
        assertEquals(TRIES, chosen(BOTH, times, 0.05, Optional.of(BOTH)));
        assertEquals(TRIES, chosen(SPINNING, times, 0.05, Optional.of(EXTENDED)));
    }

    @Test
    void tooFewRoundsSayNothing() {
        var measured = measured(Map.of(STANDARD, 2.0, SPINNING, 1.0), 4, 0.01, new Random(1));
        assertEquals(STANDARD, Choice.of(measured, STANDARD, Optional.empty()).setting());
    }

    @Test
    void otherNumbersAreTakenOnlyForTheirSpeed() {
        var int8 = new Setting(Precision.INT8, "cpu", 2, GraphOptimization.ALL, false, 1);
        assertEquals(TRIES, chosen(BOTH, Map.of(STANDARD, 2.0, int8, 1.5, BOTH, 1.5), 0.05, Optional.empty()));
        assertEquals(TRIES, chosen(int8, Map.of(STANDARD, 2.0, int8, 1.2, BOTH, 1.5), 0.05, Optional.empty()));
    }

    @Test
    void intervalsHoldTheMedian() {
        var random = new Random(4);
        int held = 0;
        for (int i = 0; i < 1000; i++) {
            var interval = Interval.of(random.doubles(41).toArray(), Interval.LIKELY);
            held += interval.low() <= 0.5 && interval.high() >= 0.5 ? 1 : 0;
        }
        assertTrue(held >= 930 && held <= 985, "in " + held + " of 1000");
        assertEquals(new Interval(0, 2, Double.POSITIVE_INFINITY), Interval.of(new double[] {3, 1, 2}, 2));
        assertEquals(List.of(1.0, 3.0, 9.0), List.of(Interval.of(new double[] {9, 1, 2, 3, 4}, 2).low(), Interval
            .of(new double[] {9, 1, 2, 3, 4}, 2).middle(), Interval.of(new double[] {9, 1, 2, 3, 4}, 2).high()));
    }
}
