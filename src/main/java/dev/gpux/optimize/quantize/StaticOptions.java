package dev.gpux.optimize.quantize;

import dev.gpux.optimize.calibrate.RangeMethod;

/**
 * What is quantised, and how.
 *
 * @param range the integers that weights become; {@link WeightRange#UINT8} is not for this
 * @param perChannel a scale for each output channel instead of one for the whole weight
 * @param method how ranges of activations are made
 * @param keep nodes that stay
 */
public record StaticOptions(WeightRange range, boolean perChannel, RangeMethod method, Keep keep) {
    /** int8 for each channel, all that was seen. */
    public static StaticOptions standard() {
        return new StaticOptions(WeightRange.INT8, true, RangeMethod.MIN_MAX, Keep.NONE);
    }

    /** With other nodes that stay. */
    public StaticOptions withKeep(Keep nodes) {
        return new StaticOptions(range, perChannel, method, nodes);
    }
}
