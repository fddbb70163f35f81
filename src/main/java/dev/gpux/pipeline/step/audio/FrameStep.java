package dev.gpux.pipeline.step.audio;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.InputKind;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.audio.Frames;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code frames}: one channel of samples as frames that may overlap, [frames, size]; samples behind the last whole frame are
 * left out.
 *
 * <p>Parameters: {@code size}, samples of a frame, required; {@code hop}, from one frame to the next, by default the size;
 * {@code input} and {@code as} as of {@code log_mel}. The dtype and the leading dimensions are those of the model's input.
 */
public final class FrameStep implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "frames";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var input = Samples.input(parameters, model, NAME);
        int size = parameters.whole("size", 1, 1 << 24).orElseThrow(() ->
            parameters.error("size", "frames needs the size of a frame in samples"));
        var frames = new Frames(size, parameters.whole("hop", 1, 1 << 24).orElse(size), false);
        return Optional.of(new Step(input, AudioTarget.of(parameters, model, NAME, input, 2), frames));
    }

    private record Step(String input, AudioTarget target, Frames frames) implements AudioStep {
        @Override
        public Optional<InputKind> takes() {
            return Optional.of(InputKind.NUMBERS);
        }

        @Override
        public Map<String, TensorType> types() {
            return target.types(List.of(Dimension.UNKNOWN, Dimension.fixed(frames.size())));
        }

        @Override
        public void apply(Batch batch) {
            for (int item = 0; item < batch.size(); item++) {
                var samples = Samples.of(batch, item, input, NAME);
                int count = frames.count(samples.length);
                var data = target.put(batch, item, count, frames.size()).segment();
                var frame = new double[frames.size()];
                for (int t = 0; t < count; t++) {
                    frames.copy(samples, t, frame);
                    for (int i = 0; i < frame.length; i++) {
                        target.set(data, (long) t * frame.length + i, frame[i]);
                    }
                }
            }
        }
    }
}
