package dev.gpux.optimize.tune;

import java.util.Locale;

/**
 * What a setting took.
 *
 * @param setting the setting
 * @param millis the median time for one input, in milliseconds
 * @param low the lower end of its 95 % confidence interval
 * @param high the upper end
 * @param runs how many were measured
 * @param finalist whether it was among those that ran by turns at the end
 */
public record Measured(Setting setting, double millis, double low, double high, long runs, boolean finalist) {
    /** As people read it. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: %.3f ms (%.3f to %.3f)", setting, millis, low, high);
    }
}
