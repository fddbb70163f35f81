package dev.gpux.pipeline.step.audio;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.InputKind;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.audio.Resampler;
import dev.gpux.pipeline.audio.SoundException;
import dev.gpux.pipeline.audio.Wav;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code waveform}: a WAV file (PCM of 8 to 32 bits, floats) into samples of the rate that the model was trained with.
 *
 * <p>Parameters:
 * <ul>
 * <li>{@code input}: the sound, {@code audio} by default;
 * <li>{@code as}: the model's input if it has only one, else, by default, the same name;
 * <li>{@code sample_rate}: in Hz, required; a file with another one is resampled ({@link Resampler});
 * <li>{@code channels}: {@code mono} (the mean of all, the default), {@code all}, or {@code first};
 * <li>{@code scale}: what samples from -1 to 1 are multiplied with, 1 by default; 32768 for models that take them as 16-bit
 * recorders do;
 * <li>{@code max_seconds}: a longer sound is refused, 3600 by default.
 * </ul>
 * Makes [samples], or with {@code all} [channels, samples], in the dtype of the model's input and with as many leading
 * dimensions of size 1 as it has; for another step float32[1, samples] or [1, channels, samples].
 */
public final class Waveform implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "waveform";

    private static final int HOUR = 3600;

    private enum Channels { MONO, ALL, FIRST }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var input = parameters.text("input").orElse("audio");
        int rate = parameters.whole("sample_rate", 1, 768_000).orElseThrow(() ->
            parameters.error("sample_rate", "waveform needs the sample_rate that the model was trained with, such as 16000"));
        var channels = switch (parameters.choice("channels", List.of("mono", "all", "first")).orElse("mono")) {
            case "all" -> Channels.ALL;
            case "first" -> Channels.FIRST;
            default -> Channels.MONO;
        };
        double scale = parameters.number("scale").orElse(1);
        double seconds = parameters.number("max_seconds").orElse(HOUR);
        var target = AudioTarget.of(parameters, model, NAME, input, channels == Channels.ALL ? 2 : 1);
        return Optional.of(new Step(input, target, rate, channels, scale, seconds));
    }

    private record Step(String input, AudioTarget target, int rate, Channels channels, double scale, double maxSeconds)
        implements AudioStep {
        @Override
        public Optional<InputKind> takes() {
            return Optional.of(InputKind.AUDIO);
        }

        @Override
        public Map<String, TensorType> types() {
            return target.types(channels == Channels.ALL ? List.of(Dimension.UNKNOWN, Dimension.UNKNOWN)
                : List.of(Dimension.UNKNOWN));
        }

        @Override
        public void apply(Batch batch) {
            for (int item = 0; item < batch.size(); item++) {
                if (!(batch.input(item, input) instanceof Input.Encoded(var bytes, var file))) {
                    throw new PipelineException("input '" + input + "' takes a sound file");
                }
                try {
                    make(batch, item, Wav.read(bytes));
                } catch (SoundException e) {
                    throw new PipelineException("input '" + input + "': " + file + ": " + e.getMessage(), e);
                }
            }
        }

        private void make(Batch batch, int item, Wav wav) {
            double seconds = (double) wav.frames() / wav.sampleRate();
            if (seconds > maxSeconds) {
                throw new SoundException(Math.round(seconds) + " seconds long, the limit is " + maxSeconds
                    + " (max_seconds of the step waveform)");
            }
            var resampler = new Resampler(wav.sampleRate(), rate);
            int rows = channels == Channels.ALL ? wav.channels() : 1;
            long length = resampler.length(wav.frames());
            if (length * rows > 1 << 28) {
                throw new SoundException("the sound would have " + length * rows + " samples, the limit is " + (1 << 28));
            }
            var tensor = channels == Channels.ALL ? target.put(batch, item, rows, length) : target.put(batch, item, length);
            var data = tensor.segment();
            for (int row = 0; row < rows; row++) {
                var samples = resampler.apply(channels == Channels.MONO ? wav.mono() : wav.channel(row));
                for (int i = 0; i < samples.length; i++) {
                    target.set(data, row * length + i, samples[i] * scale);
                }
            }
        }
    }
}
