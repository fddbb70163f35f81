package dev.gpux.pipeline.image;

/**
 * What each pixel of a line counts for each pixel of a line of another length.
 *
 * @param taps the most pixels that count for one
 * @param first for each new pixel, the first that counts
 * @param count for each new pixel, how many count
 * @param values the weights of the new pixel i from {@code i * taps} on; their sum is 1
 */
record Weights(int taps, int[] first, int[] count, double[] values) {
    /**
     * The weights of a filter for a line of {@code from} pixels that becomes one of {@code to}: those for {@code length} new
     * pixels, the first of which is the one at {@code start}.
     */
    static Weights of(Filter filter, int from, int to, int start, int length) {
        double scale = (double) from / to;
        double widening = Math.max(1, scale);
        double support = filter.support() * widening;
        int taps = (int) Math.ceil(support) * 2 + 1;
        var first = new int[length];
        var count = new int[length];
        var values = new double[Math.multiplyExact(length, taps)];
        for (int i = 0; i < length; i++) {
            double center = (start + i + 0.5) * scale;
            first[i] = Math.max(0, (int) (center - support + 0.5));
            count[i] = Math.min(from, (int) (center + support + 0.5)) - first[i];
            double sum = 0;
            for (int k = 0; k < count[i]; k++) {
                double weight = filter.weight((first[i] + k - center + 0.5) / widening);
                values[i * taps + k] = weight;
                sum += weight;
            }
            for (int k = 0; k < count[i]; k++) {
                values[i * taps + k] /= sum;
            }
        }
        return new Weights(taps, first, count, values);
    }

    /** The values in fixed point with {@code bits} bits behind the point. */
    int[] fixed(int bits) {
        var fixed = new int[values.length];
        for (int i = 0; i < fixed.length; i++) {
            fixed[i] = (int) Math.round(values[i] * (1 << bits));
        }
        return fixed;
    }

    /** The values in single precision. */
    float[] floats() {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
