package dev.gpux.optimize.tune;

import java.util.Locale;

/**
 * What a setting took.
 *
 * @param setting the setting
 * @param time the median time for one input, in milliseconds, with its 95 % confidence interval
 * @param runs how many were measured
 * @param finalist whether it was among those that ran by turns at the end
 */
public record Measured(Setting setting, Interval time, long runs, boolean finalist) {
    /** The median time for one input, in milliseconds. */
    public double millis() {
        return time.middle();
    }

    /** As people read it. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: %.3f ms (%.3f to %.3f)", setting, millis(), time.low(), time.high());
    }
}
