package dev.gpux.optimize.tune;

import java.util.Arrays;

/**
 * A median and its confidence interval by order statistics: no law is assumed for what other programs do to a machine.
 *
 * @param low the lower end; 0 if there are too few numbers to say
 * @param middle the median
 * @param high the upper end; infinite if there are too few numbers to say
 */
public record Interval(double low, double middle, double high) {
    /** Two-sided 95 % of the normal distribution. */
    static final double LIKELY = 1.96;
    /** Two-sided 99 %: many pairs are compared. */
    static final double SURE = 2.58;
    /** The extremes of five numbers hold the median in 94 % of all cases. */
    private static final int LEAST = 5;

    /** Of some numbers; they are sorted. */
    static Interval of(double[] numbers, double certainty) {
        Arrays.sort(numbers);
        int n = numbers.length;
        double middle = n % 2 == 1 ? numbers[n / 2] : (numbers[n / 2 - 1] + numbers[n / 2]) / 2;
        if (n < LEAST) {
            return new Interval(0, middle, Double.POSITIVE_INFINITY);
        }
        int outside = Math.max(0, (int) Math.floor((n - certainty * Math.sqrt(n)) / 2));
        return new Interval(numbers[outside], middle, numbers[n - 1 - outside]);
    }

    /** Each number {@code factor} times as large. */
    Interval times(double factor) {
        return new Interval(low * factor, middle * factor, high * factor);
    }
}
