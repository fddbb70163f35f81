package dev.gpux.pipeline.step.image;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.image.ColorOrder;
import dev.gpux.pipeline.image.Picture;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;

/**
 * {@code mask}: which pixels belong to what, out of what a segmenter gives, as a grey picture as large as the one that was
 * given. {@code -o mask.png} writes it.
 *
 * <p>Parameters:
 * <ul>
 * <li>{@code output}: scores, float32[pictures, classes, height, width]; by default the only output of rank 4;
 * <li>{@code as}: what the mask is called, {@code mask} by default;
 * <li>{@code picture}: the picture that it is of, {@code picture} by default;
 * <li>{@code threshold}: with one class, a pixel with more is white (255), the others black; 0.5 by default;
 * <li>{@code step}: with several classes, how many grey values lie between one class and the next; by default as many as
 * fit. A pixel is of the class with the highest score.
 * </ul>
 */
public final class Mask implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "mask";

    private static final int WHITE = 255;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        var step = parameters.whole("step", 1, WHITE);
        return Optional.of(new Step(MapOutput.of(NAME, parameters, model, 4), parameters.text("as").orElse("mask"),
            parameters.text("picture").orElse("picture"), parameters.number("threshold").orElse(0.5), step.orElse(0)));
    }

    private record Step(MapOutput output, String as, String picture, double threshold, int step)
        implements Postprocessor {
        @Override
        public Set<String> reads() {
            return Set.of(output.name());
        }

        @Override
        public Set<String> makes() {
            return Set.of(as);
        }

        @Override
        public void apply(Batch batch) {
            var shape = output.of(batch).shape();
            if (shape.size(1) < 1 || shape.size(1) > WHITE + 1) {
                throw new PipelineException("mask shows from 1 to 256 classes; the model gave " + output.of(batch));
            }
            var answers = new ArrayList<Answer>();
            for (int item = 0; item < batch.size(); item++) {
                answers.add(new Answer.Image(mask(batch, item)));
            }
            batch.consume(output.name());
            batch.answer(as, answers);
        }

        /** Each pixel of the picture has the class of the nearest one of the map. */
        private Picture mask(Batch batch, int item) {
            var tensor = output.of(batch);
            int classes = (int) tensor.shape().size(1);
            int height = Math.toIntExact(tensor.shape().size(2));
            int width = Math.toIntExact(tensor.shape().size(3));
            long bytes = (long) classes * height * width * Float.BYTES;
            var scores = tensor.segment().asSlice(item * bytes, bytes).toArray(JAVA_FLOAT);
            var placement = batch.placement(item, picture);
            double mapX = (double) width / placement.tensorWidth();
            double mapY = (double) height / placement.tensorHeight();
            var to = new byte[placement.width() * placement.height()];
            for (int y = 0, at = 0; y < placement.height(); y++) {
                int row = Math.clamp((long) Math.floor(((y + 0.5) * placement.scaleY() + placement.top()) * mapY), 0,
                    height - 1);
                for (int x = 0; x < placement.width(); x++) {
                    int column = Math.clamp(
                        (long) Math.floor(((x + 0.5) * placement.scaleX() + placement.left()) * mapX), 0, width - 1);
                    to[at++] = (byte) value(scores, classes, height * width, row * width + column);
                }
            }
            return new Picture(placement.width(), placement.height(), ColorOrder.GRAY, to);
        }

        private int value(float[] scores, int classes, int plane, int pixel) {
            if (classes == 1) {
                return scores[pixel] > threshold ? WHITE : 0;
            }
            int best = 0;
            for (int i = 1; i < classes; i++) {
                best = scores[i * plane + pixel] > scores[best * plane + pixel] ? i : best;
            }
            return Math.min(WHITE, best * (step > 0 ? step : WHITE / (classes - 1)));
        }
    }
}
