package dev.gpux.optimize.calibrate;

/** Where to cut off a distribution of magnitudes so that few integers keep most of it. */
final class Entropy {
    /** Integers on one side of 0. */
    private static final int LEVELS = 128;

    private Entropy() { }

    /**
     * The magnitude beyond which all become the largest integer: of those tried the one with the least Kullback-Leibler
     * divergence of the distribution in integers from the one that was seen.
     *
     * @param bins how often magnitudes were seen
     * @param width the width of a bin
     */
    static double threshold(long[] bins, double width) {
        int last = bins.length;
        while (last > LEVELS && bins[last - 1] == 0) {
            last--;
        }
        int best = last;
        double least = Double.POSITIVE_INFINITY;
        for (int cut = LEVELS; cut <= last; cut += Math.max(1, last / LEVELS)) {
            double divergence = divergence(bins, cut, last);
            if (divergence < least) {
                least = divergence;
                best = cut;
            }
        }
        return best * width;
    }

    private static double divergence(long[] bins, int cut, int last) {
        var seen = new double[cut];
        double all = 0;
        for (int i = 0; i < last; i++) {
            // What is cut off is seen as the largest.
            seen[Math.min(i, cut - 1)] += bins[i];
            all += bins[i];
        }
        double divergence = 0;
        double kept = 0;
        var integers = new double[cut];
        for (int level = 0; level < LEVELS; level++) {
            int from = (int) ((long) level * cut / LEVELS);
            int to = (int) ((long) (level + 1) * cut / LEVELS);
            double sum = 0;
            int filled = 0;
            for (int i = from; i < to; i++) {
                sum += bins[i];
                filled += seen[i] > 0 ? 1 : 0;
            }
            for (int i = from; i < to; i++) {
                integers[i] = seen[i] > 0 ? sum / filled : 0;
            }
            kept += sum;
        }
        for (int i = 0; i < cut; i++) {
            if (seen[i] > 0) {
                // An integer that stands for none of what was seen costs as much as a very unlikely one.
                double share = Math.max(integers[i] / kept, 1e-12);
                divergence += seen[i] / all * Math.log(seen[i] / all / share);
            }
        }
        return divergence;
    }
}
