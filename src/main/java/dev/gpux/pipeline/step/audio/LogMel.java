package dev.gpux.pipeline.step.audio;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.InputKind;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.audio.Frames;
import dev.gpux.pipeline.audio.MelFilters;
import dev.gpux.pipeline.audio.SoundException;
import dev.gpux.pipeline.audio.Spectrogram;
import dev.gpux.pipeline.audio.Window;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code log_mel}: the log-mel spectrogram of one channel of samples.
 *
 * <p>Parameters, with Whisper's values as defaults:
 * <ul>
 * <li>{@code input}: the samples, by default what the step before made; {@code as} as of {@code waveform};
 * <li>{@code sample_rate}: of the samples, 16000;
 * <li>{@code n_fft}: samples of a frame, 400; any number up to 65536;
 * <li>{@code hop}: from one frame to the next, 160; {@code window_length}: by default {@code n_fft};
 * <li>{@code window}: {@code hann} (the default), {@code hamming}, {@code blackman} or {@code rectangular}, all periodic;
 * <li>{@code center}: whether frames are centred at multiples of hop, the sound mirrored at its ends, true by default;
 * <li>{@code n_mels}: 80; {@code fmin}: 0 Hz; {@code fmax}: by default half the sample rate;
 * <li>{@code mel_scale}: {@code slaney} (the default) or {@code htk}; {@code norm}: {@code slaney} (filters of equal area, the
 * default) or {@code none};
 * <li>{@code power}: 2 (energies, the default) or 1 (magnitudes);
 * <li>{@code log}: {@code whisper} (the default), {@code ln}, {@code log10}, {@code db} or {@code none}, see
 * {@link Spectrogram.Log}; {@code floor}: the least energy that a logarithm is taken of, 1e-10 (whisper has its own);
 * <li>{@code drop_last}: whether the last frame is left out; as Whisper does, by default only with {@code log: whisper};
 * <li>{@code layout}: {@code mel_time} (the default) or {@code time_mel}.
 * </ul>
 * Makes [mels, frames] or [frames, mels], in the dtype of the model's input and with as many leading dimensions of size 1 as
 * it has. Worked out in float64.
 */
public final class LogMel implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "log_mel";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var input = Samples.input(parameters, model, NAME);
        int rate = parameters.whole("sample_rate", 1, 768_000).orElse(16_000);
        int size = parameters.whole("n_fft", 2, 1 << 16).orElse(400);
        int hop = parameters.whole("hop", 1, 1 << 24).orElse(160);
        int windowLength = parameters.whole("window_length", 1, size).orElse(size);
        var window = choice(parameters, "window", Window.values(), Window.HANN);
        var frames = new Frames(size, hop, parameters.flag("center").orElse(true));
        var log = choice(parameters, "log", Spectrogram.Log.values(), Spectrogram.Log.WHISPER);
        double floor = parameters.number("floor").orElse(1e-10);
        if (floor <= 0) {
            throw parameters.error("floor", "floor must be more than 0: a logarithm is taken of it");
        }
        boolean dropLast = parameters.flag("drop_last").orElse(log == Spectrogram.Log.WHISPER);
        var spectrogram = new Spectrogram(frames, window.factors(windowLength), filters(parameters, rate, size),
            parameters.whole("power", 1, 2).orElse(2), log, floor, dropLast);
        boolean timeFirst = parameters.choice("layout", List.of("mel_time", "time_mel")).orElse("mel_time").equals("time_mel");
        var target = AudioTarget.of(parameters, model, NAME, input, 2);
        int mels = parameters.whole("n_mels", 1, 4096).orElse(80);
        return Optional.of(new Step(input, target, spectrogram, mels, timeFirst));
    }

    private static MelFilters filters(Parameters parameters, int rate, int size) {
        int count = parameters.whole("n_mels", 1, 4096).orElse(80);
        double fmin = parameters.number("fmin").orElse(0);
        double fmax = parameters.number("fmax").orElse(rate / 2.0);
        if (fmin < 0 || fmin >= fmax || fmax > rate / 2.0) {
            throw parameters.error("fmax", "expected 0 <= fmin < fmax <= half the sample rate; they are " + fmin + " and "
                + fmax);
        }
        return new MelFilters(count, size, rate, fmin, fmax,
            choice(parameters, "mel_scale", MelFilters.Scale.values(), MelFilters.Scale.SLANEY),
            parameters.choice("norm", List.of("slaney", "none")).orElse("slaney").equals("slaney"));
    }

    private static <T extends Enum<T>> T choice(Parameters parameters, String name, T[] values, T usual) {
        var words = Stream.of(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
        return parameters.choice(name, words).map(word -> values[words.indexOf(word)]).orElse(usual);
    }

    private record Step(String input, AudioTarget target, Spectrogram spectrogram, int mels, boolean timeFirst)
        implements AudioStep {
        @Override
        public Optional<InputKind> takes() {
            return Optional.of(InputKind.NUMBERS);
        }

        @Override
        public Map<String, TensorType> types() {
            var mel = Dimension.fixed(mels);
            return target.types(timeFirst ? List.of(Dimension.UNKNOWN, mel) : List.of(mel, Dimension.UNKNOWN));
        }

        @Override
        public void apply(Batch batch) {
            for (int item = 0; item < batch.size(); item++) {
                double[][] rows;
                try {
                    rows = spectrogram.apply(Samples.of(batch, item, input, NAME));
                } catch (SoundException e) {
                    throw new PipelineException("log_mel: " + e.getMessage(), e);
                }
                var tensor = timeFirst ? target.put(batch, item, rows.length, mels)
                    : target.put(batch, item, mels, rows.length);
                var data = tensor.segment();
                for (int t = 0; t < rows.length; t++) {
                    for (int m = 0; m < mels; m++) {
                        target.set(data, timeFirst ? (long) t * mels + m : (long) m * rows.length + t, rows[t][m]);
                    }
                }
            }
        }
    }
}
