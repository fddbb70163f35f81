package dev.gpux.pipeline.audio;

/**
 * Triangular filters that are evenly spaced on the mel scale: filter {@code m} rises from 0 at the edge {@code m} to 1 at the
 * edge {@code m + 1} and falls to 0 at the edge {@code m + 2}; the {@code count + 2} edges go from {@code fmin} to
 * {@code fmax} in equal steps of mel. Immutable.
 */
public final class MelFilters {
    private final double[][] weights;
    private final int[] first;

    /** How frequencies become mels. */
    public enum Scale {
        /** {@code 2595 * log10(1 + f / 700)}, as in HTK. */
        HTK,
        /** {@code 3 f / 200} below 1000 Hz, and {@code 15 + 27 * log(f / 1000) / log(6.4)} above, as in Slaney's Auditory Toolbox. */
        SLANEY
    }

    /**
     * Makes the filters.
     *
     * @param count how many
     * @param size the length of the Fourier transform; a spectrum has {@code size / 2 + 1} bins
     * @param sampleRate in Hz; bin {@code k} is at {@code k * sampleRate / size} Hz
     * @param fmin the lowest edge in Hz
     * @param fmax the highest edge in Hz
     * @param areas whether each filter is divided by half its width in Hz, so that all have the same area (Slaney)
     */
    public MelFilters(int count, int size, int sampleRate, double fmin, double fmax, Scale scale, boolean areas) {
        var edges = new double[count + 2];
        double low = mel(fmin, scale);
        double high = mel(fmax, scale);
        for (int i = 0; i < edges.length; i++) {
            edges[i] = hertz(low + (high - low) * i / (count + 1), scale);
        }
        weights = new double[count][];
        first = new int[count];
        double step = (double) sampleRate / size;
        int bins = size / 2 + 1;
        for (int m = 0; m < count; m++) {
            first[m] = (int) Math.min(bins, Math.max(0, Math.ceil(edges[m] / step)));
            int end = (int) Math.max(first[m], Math.min(bins, Math.floor(edges[m + 2] / step) + 1));
            weights[m] = new double[end - first[m]];
            for (int i = 0; i < weights[m].length; i++) {
                double f = (first[m] + i) * step;
                double rising = (f - edges[m]) / (edges[m + 1] - edges[m]);
                double falling = (edges[m + 2] - f) / (edges[m + 2] - edges[m + 1]);
                weights[m][i] = Math.max(0, Math.min(rising, falling)) * (areas ? 2 / (edges[m + 2] - edges[m]) : 1);
            }
        }
    }

    /** Applies the filters to a spectrum. */
    void apply(double[] spectrum, double[] mels) {
        for (int m = 0; m < weights.length; m++) {
            double sum = 0;
            for (int i = 0; i < weights[m].length; i++) {
                sum += weights[m][i] * spectrum[first[m] + i];
            }
            mels[m] = sum;
        }
    }

    /** The number of filters. */
    public int count() {
        return weights.length;
    }

    static double mel(double hertz, Scale scale) {
        if (scale == Scale.HTK) {
            return 2595 * Math.log10(1 + hertz / 700);
        }
        return hertz < 1000 ? 3 * hertz / 200 : 15 + 27 * Math.log(hertz / 1000) / Math.log(6.4);
    }

    static double hertz(double mel, Scale scale) {
        if (scale == Scale.HTK) {
            return 700 * (Math.pow(10, mel / 2595) - 1);
        }
        return mel < 15 ? 200 * mel / 3 : 1000 * Math.exp((mel - 15) * Math.log(6.4) / 27);
    }
}
