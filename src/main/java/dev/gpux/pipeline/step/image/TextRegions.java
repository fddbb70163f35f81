package dev.gpux.pipeline.step.image;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Answer.Boxes.Box;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.detection.ScoreMap;
import dev.gpux.pipeline.image.Placement;
import dev.gpux.pipeline.image.Quad;
import dev.gpux.pipeline.image.Quad.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code text_regions}: where text is, out of a map that says of each pixel how likely it belongs to text, as detectors with
 * differentiable binarisation (DB) give it. Each region becomes the smallest rectangle, of any direction; since such models
 * are trained on shrunk regions, it grows again.
 *
 * <p>Parameters:
 * <ul>
 * <li>{@code output}: the map, float32[pictures, 1, height, width]; by default the only output of rank 4;
 * <li>{@code as}: what the regions are called, {@code regions} by default;
 * <li>{@code picture}: the picture that the map is of, {@code picture} by default: regions are in its pixels;
 * <li>{@code threshold}: what counts as text, 0.3 by default;
 * <li>{@code score}: the least mean of the map within a region, 0.6 by default;
 * <li>{@code grow}: a region grows by its area over its circumference, times this; 1.5 by default;
 * <li>{@code min_size}: regions whose shorter side is shorter than this, in pixels of the map, are left out; 3 by default;
 * <li>{@code most}: the most regions of a picture, 1000 by default.
 * </ul>
 * The regions are in reading order: from top to bottom, on one line from left to right.
 */
public final class TextRegions implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "text_regions";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        return Optional.of(new Step(MapOutput.of(NAME, parameters, model, 4), parameters.text("as").orElse("regions"),
            parameters.text("picture").orElse("picture"), parameters.number("threshold").orElse(0.3),
            parameters.number("score").orElse(0.6), parameters.number("grow").orElse(1.5),
            parameters.number("min_size").orElse(3), parameters.whole("most", 1, 100_000).orElse(1000)));
    }

    private record Step(MapOutput output, String as, String picture, double threshold, double score, double grow,
                        double minSize, int most) implements Postprocessor {
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
            var maps = output.of(batch);
            if (maps.shape().size(1) != 1) {
                throw new PipelineException("text_regions reads a map of one channel; the model gave " + maps);
            }
            int height = Math.toIntExact(maps.shape().size(2));
            int width = Math.toIntExact(maps.shape().size(3));
            var answers = new ArrayList<Answer>();
            for (int item = 0; item < batch.size(); item++) {
                long bytes = (long) width * height * Float.BYTES;
                var map = new ScoreMap(width, height,
                    maps.segment().asSlice(item * bytes, bytes).toArray(JAVA_FLOAT));
                answers.add(new Answer.Boxes(inReadingOrder(boxes(map, batch.placement(item, picture)))));
            }
            batch.consume(output.name());
            batch.answer(as, answers);
        }

        private List<Box> boxes(ScoreMap map, Placement placement) {
            var boxes = new ArrayList<Box>();
            for (var region : map.regions(threshold, most)) {
                if (region.rectangle().shortSide() >= minSize && region.score() >= score) {
                    var quad = inPicture(region.rectangle().grownBy(grow).corners(), placement);
                    if (quad.width() > 0 && quad.height() > 0) {
                        boxes.add(new Box("text", 0, region.score(), quad));
                    }
                }
            }
            return boxes;
        }

        /** On whole pixels: then an upright region is cut out as it is. */
        private static Quad inPicture(Quad quad, Placement placement) {
            var points = quad.corners().stream().map(point -> new Point(
                Math.clamp(Math.rint(placement.pictureX(point.x())), 0, placement.width()),
                Math.clamp(Math.rint(placement.pictureY(point.y())), 0, placement.height()))).toList();
            return new Quad(points.get(0), points.get(1), points.get(2), points.get(3));
        }

        private static List<Box> inReadingOrder(List<Box> boxes) {
            var sorted = new ArrayList<>(boxes);
            sorted.sort(Comparator.comparingDouble(box -> box.corners().top()));
            for (int i = 1; i < sorted.size(); i++) {
                for (int k = i; k > 0 && isLeftOnOneLine(sorted.get(k), sorted.get(k - 1)); k--) {
                    sorted.set(k, sorted.set(k - 1, sorted.get(k)));
                }
            }
            return sorted;
        }

        private static boolean isLeftOnOneLine(Box box, Box before) {
            var corners = box.corners();
            var others = before.corners();
            double line = Math.min(corners.bottom() - corners.top(), others.bottom() - others.top()) / 2;
            return corners.left() < others.left() && corners.top() - others.top() < line;
        }
    }
}
