package dev.gpux.optimize.quantize;

/** Finds the scale and the zero point of a block. For one thread. */
final class BlockFitter {
    /** How many narrower ranges are tried, and the narrowest of them as a part of the whole. */
    private static final int TRIES = 20;
    private static final float NARROWEST = 0.5f;
    /** How far zero points are moved. */
    private static final int SHIFTS = 1;

    private final int high;
    private final boolean symmetric;
    private final boolean search;

    BlockFitter(BlockOptions options) {
        this.high = (1 << options.bits()) - 1;
        this.symmetric = options.symmetric();
        this.search = options.search();
    }

    /**
     * The scale and zero point that lose least of the first {@code count} numbers, in the sum of squares.
     *
     * @param importance how much each number's square counts
     */
    Affine fit(float[] numbers, float[] importance, int count) {
        float min = 0;
        float max = 0;
        for (int i = 0; i < count; i++) {
            min = Math.min(min, numbers[i]);
            max = Math.max(max, numbers[i]);
        }
        var best = affine(min, max, 1);
        if (!search) {
            return best;
        }
        double least = loss(best, numbers, importance, count);
        for (int step = 0; step < TRIES && least > 0; step++) {
            var candidate = affine(min, max, 1 - step * (1 - NARROWEST) / (TRIES - 1));
            for (int shift = -SHIFTS; shift <= SHIFTS; shift++) {
                var refined = refined(shifted(candidate, shift), numbers, importance, count);
                double loss = loss(refined, numbers, importance, count);
                if (loss < least) {
                    least = loss;
                    best = refined;
                }
            }
        }
        return best;
    }

    /** The same scale with another zero point, where there is one. */
    private Affine shifted(Affine affine, int shift) {
        return symmetric ? affine : new Affine(affine.scale(), Math.clamp(affine.zeroPoint() + shift, 0, high), 0,
            high);
    }

    /** The scale that fits best the integers that the numbers become with this one: least squares. */
    private static Affine refined(Affine affine, float[] numbers, float[] importance, int count) {
        double product = 0;
        double square = 0;
        for (int i = 0; i < count; i++) {
            double integer = affine.quantize(numbers[i]) - affine.zeroPoint();
            product += integer * numbers[i] * importance[i];
            square += integer * integer * importance[i];
        }
        float scale = (float) (product / square);
        return Math.abs(scale) >= Float.MIN_NORMAL && Float.isFinite(scale)
            ? new Affine(scale, affine.zeroPoint(), affine.low(), affine.high()) : affine;
    }

    private Affine affine(float min, float max, float part) {
        if (!symmetric) {
            return Affine.asymmetric(min * part, max * part, 0, high);
        }
        // The lower side has one integer more: the larger extreme gets it, by a negative scale where it is above 0.
        int middle = (high + 1) / 2;
        float extreme = max > -min ? max : min;
        float scale = extreme * part / -middle;
        return scale == 0 || !Float.isFinite(1 / scale) ? new Affine(1, middle, 0, high)
            : new Affine(scale, middle, 0, high);
    }

    private static double loss(Affine affine, float[] numbers, float[] importance, int count) {
        double loss = 0;
        for (int i = 0; i < count; i++) {
            double apart = affine.dequantize(affine.quantize(numbers[i])) - numbers[i];
            loss += apart * apart * importance[i];
        }
        return loss;
    }
}
