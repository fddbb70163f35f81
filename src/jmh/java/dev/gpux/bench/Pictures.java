package dev.gpux.bench;

import dev.gpux.pipeline.image.ColorOrder;
import dev.gpux.pipeline.image.Filter;
import dev.gpux.pipeline.image.Framing;
import dev.gpux.pipeline.image.Picture;
import dev.gpux.pipeline.image.PictureReader;
import dev.gpux.pipeline.image.PixelFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;

/**
 * What a photograph costs on its way into a classifier, step by step: {@code src/jmh/pictures.sh}. Medians of runs in one warm
 * process.
 */
public final class Pictures {
    private static final int WIDTH = 4000;
    private static final int HEIGHT = 3000;
    private static final int SIDE = 224;
    private static final int RUNS = 60;

    private Pictures() { }

    /** Prints the table. */
    public static void main(String[] arguments) throws Exception {
        var file = photograph();
        var rgb = new PixelFormat.Channel(1 / 255.0, 0.45, 0.225);
        var pixels = new PixelFormat(ColorOrder.RGB, true, PixelFormat.Type.FLOAT32,
            new PixelFormat.Channel[] {rgb, rgb, rgb}, false, new double[3]);
        System.out.printf(Locale.ROOT, "JPEG, %d×%d, %.1f MB → float32[1, 3, %d, %d]%n%n", WIDTH, HEIGHT,
            file.length / 1e6, SIDE, SIDE);
        System.out.println("| step | median | best |\n| --- | --- | --- |");
        var picture = time("decode (JDK)", () -> PictureReader.read(file));
        var frame = new Framing.Fixed(SIDE, SIDE, Framing.Fit.COVER, 256).frame(picture.width(), picture.height());
        var stretched = new Framing.Fixed(SIDE, SIDE, Framing.Fit.STRETCH, 0).frame(picture.width(), picture.height());
        var small = time("resize: bilinear, shorter side 256, the middle 224", () -> frame.apply(picture, Filter.BILINEAR));
        time("resize: bilinear, all of it", () -> stretched.apply(picture, Filter.BILINEAR));
        time("resize: area, all of it", () -> stretched.apply(picture, Filter.BOX));
        time("resize: bicubic, all of it", () -> stretched.apply(picture, Filter.BICUBIC));
        try (var arena = Arena.ofConfined()) {
            var tensor = arena.allocate(pixels.byteSize(SIDE, SIDE), 64);
            time("scale, mean, std, into the tensor", () -> {
                pixels.write(small, tensor, SIDE, SIDE, 0, 0);
                return small;
            });
        }
    }

    private static Picture time(String name, Callable<Picture> step) throws Exception {
        var times = new double[RUNS];
        Picture last = null;
        for (int run = -RUNS; run < RUNS; run++) {
            long start = System.nanoTime();
            last = step.call();
            times[Math.max(0, run)] = (System.nanoTime() - start) / 1e6;
            if (run > 0 && run % 20 == 0) {
                System.gc();
            }
        }
        Arrays.sort(times);
        System.out.printf(Locale.ROOT, "| %s | %.2f ms | %.2f ms |%n", name, times[RUNS / 2], times[0]);
        return last;
    }

    /** Something with the detail of a photograph: slopes, edges, and a sensor's noise. */
    private static byte[] photograph() throws IOException {
        var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        var random = new Random(1);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int slope = (int) (120 + 55 * Math.sin(x / 190.0) + 55 * Math.cos(y / 130.0));
                int edge = (x / 97 + y / 61) % 5 == 0 ? 30 : 0;
                int noise = random.nextInt(9);
                image.setRGB(x, y, (slope + noise) << 16 | Math.max(0, slope - edge) << 8 | 255 - slope - noise & 0xFF);
            }
        }
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", out);
        return out.toByteArray();
    }
}
