package dev.gpux.pipeline.step.image;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.InputKind;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.image.ColorOrder;
import dev.gpux.pipeline.image.Filter;
import dev.gpux.pipeline.image.Framing;
import dev.gpux.pipeline.image.Picture;
import dev.gpux.pipeline.image.PictureException;
import dev.gpux.pipeline.image.PictureReader;
import dev.gpux.pipeline.image.PixelFormat;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;

/**
 * {@code image}: a picture into a tensor.
 *
 * <p>Reads PNG, JPEG, BMP and GIF (the first frame), turned as the file's EXIF data say, what is transparent laid over
 * white. In this order the picture gets its colours, its size, and its numbers.
 *
 * <p>Which picture, which tensor:
 * <ul>
 * <li>{@code input}: the picture, {@code picture} by default;
 * <li>{@code to}: the model's input; by default the only one;
 * <li>{@code layout}: {@code nchw} or {@code nhwc}; by default as the model declares it;
 * <li>{@code max_pixels}: a picture with more is refused before it is decoded, 100,000,000 by default; decoding takes up to
 * 10 bytes of memory for each.
 * </ul>
 * Colours:
 * <ul>
 * <li>{@code color}: {@code rgb}, {@code bgr} or {@code gray}; by default {@code gray} if the model declares one channel,
 * else {@code rgb}. Grey is 0.299 red + 0.587 green + 0.114 blue;
 * <li>{@code invert}: {@code true} makes black white and white black.
 * </ul>
 * Size:
 * <ul>
 * <li>{@code size}: {@code [height, width]}, one number for a square, or {@code auto}; by default as the model declares it.
 * Either side may be {@code auto}: {@code [48, auto]} keeps the proportions, {@code auto} alone the size. In a batch,
 * smaller pictures are then filled up to the largest on the right and below;
 * <li>{@code fit}: {@code stretch} changes the proportions (the default), {@code cover} cuts off what is left over,
 * {@code contain} fills up on the right or below, {@code letterbox} on both sides. Only where both sides are given;
 * <li>{@code shortest}: with {@code cover}, the length of the shorter side before the middle is cut out, as in "256, then
 * the middle 224";
 * <li>{@code min}, {@code max}: bounds of a side that is {@code auto}. Where both are, {@code min} is for the shorter side
 * (smaller pictures are enlarged), {@code max} for the longer one. {@code max} is 4096 by default;
 * <li>{@code multiple}: where both sides are {@code auto}, they are rounded to a multiple of this;
 * <li>{@code resample}: {@code nearest}, {@code bilinear} (the default), {@code bicubic}, {@code area} or {@code lanczos},
 * as Pillow has them: with antialiasing where the picture shrinks;
 * <li>{@code pad}: what fills up, as a value from 0 to 255 (not inverted), or one for each channel; 0 by default.
 * </ul>
 * Numbers:
 * <ul>
 * <li>{@code scale}, {@code mean}, {@code std}: a value v from 0 to 255 becomes (v · scale − mean) / std. A scale is a
 * number or a fraction, {@code 1/255}; mean and std are one number or one for each channel, in the order of {@code color}.
 * By default 1, 0 and 1.
 * </ul>
 * The tensor is float32, float16 or uint8, as the model declares it.
 */
public final class Image implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "image";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var input = parameters.text("input").orElse("picture");
        var target = ImageTarget.of(parameters, model);
        var pixels = target.pixels(parameters);
        var framing = new ImageSize(parameters).framing(target);
        var filter = switch (parameters.choice("resample", ImageSize.FILTERS).orElse("bilinear")) {
            case "nearest" -> Filter.NEAREST;
            case "bicubic" -> Filter.BICUBIC;
            case "area" -> Filter.BOX;
            case "lanczos" -> Filter.LANCZOS;
            default -> Filter.BILINEAR;
        };
        long mostPixels = parameters.whole("max_pixels", 1, Integer.MAX_VALUE)
            .orElse((int) PictureReader.MOST_PIXELS);
        return Optional.of(new Step(input, target.name(), target.type(), framing, filter, pixels, mostPixels));
    }

    private record Step(String input, String to, ElementType type, Framing framing, Filter filter, PixelFormat pixels,
                        long mostPixels) implements Preprocessor {
        @Override
        public Set<String> reads() {
            return Set.of(input);
        }

        @Override
        public Optional<InputKind> takes() {
            return Optional.of(InputKind.IMAGE);
        }

        @Override
        public Set<String> makes() {
            return Set.of(to);
        }

        @Override
        public void apply(Batch batch) {
            var frames = new ArrayList<Framing.Frame>();
            int width = 0;
            int height = 0;
            for (int item = 0; item < batch.size(); item++) {
                var picture = batch.picture(item, input, mostPixels);
                var frame = frame(picture);
                frames.add(frame);
                width = Math.max(width, frame.width());
                height = Math.max(height, frame.height());
            }
            var tensor = Tensor.allocate(batch.arena(), type, pixels.shape(batch.size(), width, height));
            long size = pixels.byteSize(width, height);
            for (int item = 0; item < batch.size(); item++) {
                var picture = batch.picture(item, input, mostPixels);
                var frame = frames.get(item);
                batch.place(item, input, frame.placement(picture).within(width, height));
                var colored = pixels.order() == ColorOrder.GRAY ? picture.as(ColorOrder.GRAY) : picture;
                pixels.write(frame.apply(colored, filter), tensor.segment().asSlice(item * size, size), width, height,
                    frame.left(), frame.top());
            }
            batch.give(to, tensor);
        }

        private Framing.Frame frame(Picture picture) {
            try {
                return framing.frame(picture.width(), picture.height());
            } catch (PictureException e) {
                throw new PipelineException("input '" + input + "': " + e.getMessage(), e);
            }
        }
    }
}
