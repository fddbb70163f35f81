package dev.gpux.pipeline.audio;

import java.util.Arrays;

/**
 * The mel spectrogram of a sound, frame by frame: window, Fourier transform, magnitude or its square, mel filters, logarithm.
 * In float64. Immutable, for any number of threads.
 */
public final class Spectrogram {
    private static final double WHISPER_FLOOR = 1e-10;
    private static final double WHISPER_RANGE = 8;

    private final Frames frames;
    private final double[] window;
    private final Fourier fourier;
    private final MelFilters filters;
    private final double power;
    private final Log log;
    private final double floor;
    private final boolean dropLast;

    /** What becomes of the energies. */
    public enum Log {
        /** They stay. */
        NONE,
        /** {@code ln(max(x, floor))}. */
        LN,
        /** {@code log10(max(x, floor))}. */
        LOG10,
        /** {@code 10 * log10(max(x, floor))}. */
        DB,
        /**
         * As Whisper wants it: {@code log10(max(x, 1e-10))}, not less than 8 below the largest of the whole sound, then
         * {@code (x + 4) / 4}.
         */
        WHISPER
    }

    /**
     * Prepares the transform.
     *
     * @param frames how the sound is cut; {@code frames.size()} is {@code n_fft}
     * @param window what a frame is multiplied with; a shorter one lies in the middle of it
     * @param filters for transforms of {@code frames.size()}
     * @param power 1 for magnitudes, 2 for their squares
     * @param log what becomes of the energies
     * @param floor the least energy that a logarithm is taken of
     * @param dropLast whether the last frame is left out
     */
    public Spectrogram(Frames frames, double[] window, MelFilters filters, double power, Log log, double floor,
                       boolean dropLast) {
        this.frames = frames;
        this.window = new double[frames.size()];
        System.arraycopy(window, 0, this.window, (frames.size() - window.length) / 2, window.length);
        this.fourier = new Fourier(frames.size());
        this.filters = filters;
        this.power = power;
        this.log = log;
        this.floor = log == Log.WHISPER ? WHISPER_FLOOR : floor;
        this.dropLast = dropLast;
    }

    /** How many frames a sound has. */
    public int count(int samples) {
        return Math.max(0, frames.count(samples) - (dropLast ? 1 : 0));
    }

    /** Row after row the mels of a frame: {@code count(samples.length)} rows of {@code filters.count()} numbers. */
    public double[][] apply(float[] samples) {
        var rows = new double[count(samples.length)][filters.count()];
        var frame = new double[frames.size()];
        var re = new double[frames.size()];
        var im = new double[frames.size()];
        var scratch = fourier.scratch();
        var spectrum = new double[frames.size() / 2 + 1];
        for (int t = 0; t < rows.length; t++) {
            frames.copy(samples, t, frame);
            for (int i = 0; i < frame.length; i++) {
                frame[i] *= window[i];
            }
            fourier.transform(frame, re, im, scratch);
            for (int k = 0; k < spectrum.length; k++) {
                double square = re[k] * re[k] + im[k] * im[k];
                spectrum[k] = power == 2 ? square : Math.sqrt(square);
            }
            filters.apply(spectrum, rows[t]);
            logarithm(rows[t]);
        }
        if (log == Log.WHISPER) {
            clamp(rows);
        }
        return rows;
    }

    private void logarithm(double[] row) {
        for (int m = 0; m < row.length && log != Log.NONE; m++) {
            double energy = Math.max(row[m], floor);
            row[m] = switch (log) {
                case LN -> Math.log(energy);
                case DB -> 10 * Math.log10(energy);
                default -> Math.log10(energy);
            };
        }
    }

    private static void clamp(double[][] rows) {
        double largest = Arrays.stream(rows).flatMapToDouble(Arrays::stream).max().orElse(0);
        for (var row : rows) {
            for (int m = 0; m < row.length; m++) {
                row[m] = (Math.max(row[m], largest - WHISPER_RANGE) + 4) / 4;
            }
        }
    }
}
