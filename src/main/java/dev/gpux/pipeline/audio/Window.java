package dev.gpux.pipeline.audio;

/** What a frame is multiplied with before it is transformed; periodic, as spectrograms want it. */
public enum Window {
    /** {@code 0.5 - 0.5 cos(2 pi n / N)}. */
    HANN(0.5, 0.5, 0),
    /** {@code 0.54 - 0.46 cos(2 pi n / N)}. */
    HAMMING(0.54, 0.46, 0),
    /** {@code 0.42 - 0.5 cos(2 pi n / N) + 0.08 cos(4 pi n / N)}. */
    BLACKMAN(0.42, 0.5, 0.08),
    /** 1. */
    RECTANGULAR(1, 0, 0);

    private final double constant;
    private final double first;
    private final double second;

    Window(double constant, double first, double second) {
        this.constant = constant;
        this.first = first;
        this.second = second;
    }

    /** The factors of a frame of {@code length} samples. */
    public double[] factors(int length) {
        var factors = new double[length];
        for (int i = 0; i < length; i++) {
            double turn = 2 * Math.PI * i / length;
            factors[i] = constant - first * Math.cos(turn) + second * Math.cos(2 * turn);
        }
        return factors;
    }
}
