package dev.gpux.optimize.quantize;

/**
 * Makes good the error of each weight by those behind it in its column, which are not rounded yet (Frantar et al.,
 * GPTQ, 2022). Works on a few columns at a time. For one thread.
 */
final class Corrector {
    private final float[][] factor;

    /** With the factor of {@link dev.gpux.optimize.calibrate.Gram#inverseFactor()}. */
    Corrector(float[][] factor) {
        this.factor = factor;
    }

    /**
     * Quantises a column and corrects it on the way.
     *
     * @param column the weights; afterwards what they had become just before they were rounded
     * @param block weights with a scale of their own
     * @param fit finds the scale of the block that begins at a row
     * @param affine takes the scales
     */
    void correct(float[] column, int block, Fit fit, Affine[] affine) {
        for (int row = 0; row < column.length; row++) {
            if (row % block == 0) {
                affine[row / block] = fit.fit(row);
            }
            var scale = affine[row / block];
            float error = (column[row] - scale.dequantize(scale.quantize(column[row]))) / factor[row][row];
            var weights = factor[row];
            for (int below = row + 1; below < column.length; below++) {
                column[below] -= error * weights[below];
            }
        }
    }

    /** Finds the scale of a block. */
    @FunctionalInterface
    interface Fit {
        Affine fit(int row);
    }
}
