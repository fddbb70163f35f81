package dev.gpux.pipeline.audio;

/**
 * Changes the sampling rate by a windowed sinc: sample {@code n} of the result is, with {@code t = n * from / to},
 * {@code sum over k of x[k] * h(t - k)}, {@code h(d) = c * sinc(c * d) * kaiser(d * c / Z)}, where {@code sinc(x)} is
 * {@code sin(pi x) / (pi x)}, {@code c = 0.95 * min(1, to / from)} the cut-off as a part of half the lower rate,
 * {@code Z = 24} the number of zero crossings on each side, and {@code kaiser(x) = I0(10 * sqrt(1 - x^2)) / I0(10)} for
 * {@code |x| <= 1}. The weights of a sample are divided by their sum, so that a constant stays what it is; beyond the ends
 * there is silence. The result has {@code ceil(length * to / from)} samples. Worked out in float64.
 */
public final class Resampler {
    private static final double CUTOFF = 0.95;
    private static final int ZERO_CROSSINGS = 24;
    private static final double BETA = 10;
    /** Weights kept in a table; rates with hardly a common divisor need more, and then each sample makes its own. */
    private static final long MOST_WEIGHTS = 1 << 20;
    private static final int MOST_SAMPLES = 1 << 28;

    private final int from;
    private final int to;
    private final double cutoff;
    private final int reach;
    private final double[] table;

    /**
     * A resampler for one pair of rates; for any number of threads.
     *
     * @param from the rate of what is given, in Hz
     * @param to the wanted rate, in Hz
     */
    public Resampler(int from, int to) {
        int divisor = gcd(from, to);
        this.from = from / divisor;
        this.to = to / divisor;
        this.cutoff = CUTOFF * Math.min(1, (double) to / from);
        this.reach = (int) Math.ceil(ZERO_CROSSINGS / cutoff);
        int taps = 2 * reach + 1;
        this.table = from != to && (long) this.to * taps <= MOST_WEIGHTS ? new double[this.to * taps] : new double[0];
        for (int phase = 0; phase * taps < table.length; phase++) {
            weights(phase, table, phase * taps);
        }
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** How many samples a sound has in the new rate. */
    public long length(int samples) {
        return Math.ceilDiv((long) samples * to, (long) from);
    }

    /**
     * The sound in the new rate; the same array if the rates are equal.
     *
     * @throws SoundException if it would be too long
     */
    public float[] apply(float[] samples) {
        if (from == to) {
            return samples;
        }
        long length = length(samples.length);
        if (length > MOST_SAMPLES) {
            throw new SoundException("the sound would have " + length + " samples in the new rate, the limit is "
                + MOST_SAMPLES);
        }
        var result = new float[(int) length];
        int taps = 2 * reach + 1;
        var own = new double[table.length == 0 ? taps : 0];
        for (int n = 0; n < result.length; n++) {
            long place = (long) n * from;
            int phase = (int) (place % to);
            int first = (int) (place / to) - reach;
            if (table.length == 0) {
                weights(phase, own, 0);
            }
            var weights = table.length == 0 ? own : table;
            int offset = table.length == 0 ? 0 : phase * taps;
            double sum = 0;
            for (int i = Math.max(0, -first); i < Math.min(taps, samples.length - first); i++) {
                sum += samples[first + i] * weights[offset + i];
            }
            result[n] = (float) sum;
        }
        return result;
    }

    /** The weights of the samples from {@code reach} before to {@code reach} behind, for a place between two of them. */
    private void weights(int phase, double[] into, int offset) {
        double sum = 0;
        for (int i = 0; i <= 2 * reach; i++) {
            double distance = (double) phase / to + reach - i;
            double weight = sinc(cutoff * distance) * kaiser(distance * cutoff / ZERO_CROSSINGS);
            into[offset + i] = weight;
            sum += weight;
        }
        for (int i = 0; i <= 2 * reach; i++) {
            into[offset + i] /= sum;
        }
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    private static double kaiser(double x) {
        return Math.abs(x) > 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA);
    }

    /** The modified Bessel function I0, by its power series, all of whose terms are positive. */
    private static double bessel(double x) {
        double term = 1;
        double sum = 1;
        for (int k = 1; term > sum * 1e-17; k++) {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }
}
