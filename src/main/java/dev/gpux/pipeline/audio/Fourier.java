package dev.gpux.pipeline.audio;

/**
 * The discrete Fourier transform of a length that need not be a power of two (speech models take 400 samples): decimation in
 * time by the prime factors of the length, {@code X[k] = sum over n of x[n] * exp(-2 pi i k n / N)}. In float64. Immutable.
 */
final class Fourier {
    private final int length;
    private final double[] cos;
    private final double[] sin;

    Fourier(int length) {
        this.length = length;
        this.cos = new double[length];
        this.sin = new double[length];
        for (int i = 0; i < length; i++) {
            cos[i] = Math.cos(2 * Math.PI * i / length);
            sin[i] = -Math.sin(2 * Math.PI * i / length);
        }
    }

    /** What transforming works in; one a thread. */
    double[] scratch() {
        return new double[2 * length];
    }

    /** Transforms real numbers; real and imaginary parts go to {@code re} and {@code im}, all of them. */
    void transform(double[] x, double[] re, double[] im, double[] scratch) {
        step(x, 0, 1, length, re, im, 0, scratch);
    }

    /** Transforms {@code x[start + i * stride]}, i below n, into {@code re[at …]} and {@code im[at …]}. */
    private void step(double[] x, int start, int stride, int n, double[] re, double[] im, int at, double[] scratch) {
        if (n == 1) {
            re[at] = x[start];
            im[at] = 0;
            return;
        }
        int p = smallestFactor(n);
        int m = n / p;
        for (int r = 0; r < p; r++) {
            step(x, start + r * stride, stride * p, m, re, im, at + r * m, scratch);
        }
        // X[k] = sum over r of exp(-2 pi i k r / n) * Y_r[k mod m]; exp's argument in steps of 2 pi / length.
        int unit = length / n;
        for (int k = 0; k < n; k++) {
            double sumRe = 0;
            double sumIm = 0;
            int turn = 0;
            int index = at + k % m;
            for (int r = 0; r < p; r++) {
                double c = cos[turn * unit];
                double s = sin[turn * unit];
                sumRe += re[index] * c - im[index] * s;
                sumIm += re[index] * s + im[index] * c;
                index += m;
                turn += k;
                if (turn >= n) {
                    turn -= n;
                }
            }
            scratch[2 * k] = sumRe;
            scratch[2 * k + 1] = sumIm;
        }
        for (int k = 0; k < n; k++) {
            re[at + k] = scratch[2 * k];
            im[at + k] = scratch[2 * k + 1];
        }
    }

    private static int smallestFactor(int n) {
        for (int p = 2; p * p <= n; p++) {
            if (n % p == 0) {
                return p;
            }
        }
        return n;
    }
}
