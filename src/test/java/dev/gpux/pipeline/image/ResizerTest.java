package dev.gpux.pipeline.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Resizing, held against Pillow. */
class ResizerTest {
    private static Filter filter(String name) {
        return name.equals("area") ? Filter.BOX : Filter.valueOf(name.toUpperCase(java.util.Locale.ROOT));
    }

    @Test
    void resizesAsPillow() {
        for (var reference : Reference.of("resize-")) {
            var picture = Reference.picture(reference.file());
            var resized = Resizer.resize(picture, reference.width(), reference.height(),
                filter(reference.what().substring("resize-".length())));
            assertEquals(0, reference.worst(resized), reference::toString);
        }
    }

    private static Picture noise(int width, int height, ColorOrder order) {
        var data = new byte[width * height * order.channels()];
        new Random(7).nextBytes(data);
        return new Picture(width, height, order, data);
    }

    @Test
    void theQuickWayIsWithinOne() {
        for (var order : new ColorOrder[] {ColorOrder.RGB, ColorOrder.GRAY}) {
            var picture = noise(1200, 800, order);
            for (var filter : new Filter[] {Filter.BILINEAR, Filter.BOX}) {
                for (var size : new int[][] {{224, 224}, {1200, 100}, {31, 450}, {1500, 7}, {1, 1}}) {
                    var quick = Shrinker.shrink(picture, size[0], size[1], filter, Window.all(size[0], size[1]));
                    // The picture is too small for the quick way to be chosen.
                    var careful = Resizer.resize(picture, size[0], size[1], filter);
                    for (int i = 0; i < careful.data().length; i++) {
                        int difference = (careful.data()[i] & 0xFF) - (quick.data()[i] & 0xFF);
                        assertTrue(Math.abs(difference) <= 1, filter + " " + size[0] + "×" + size[1] + ": " + difference);
                    }
                }
            }
        }
    }

    @Test
    void aPartIsAPartOfTheWhole() {
        var picture = noise(90, 70, ColorOrder.RGB);
        var large = noise(1300, 900, ColorOrder.BGR);
        for (var filter : Filter.values()) {
            for (var from : new Picture[] {picture, large}) {
                var whole = Resizer.resize(from, 40, 33, filter);
                var part = Resizer.resize(from, 40, 33, filter, new Window(5, 9, 20, 11));
                assertArrayEquals(whole.crop(5, 9, 20, 11).data(), part.data(), filter::toString);
            }
        }
    }

    @Test
    void coversAndCutsOutTheMiddleAsUsual() {
        var reference = Reference.of("cover-40").getFirst();
        var photo = Reference.picture("photo.jpg");
        var frame = new Framing.Fixed(32, 32, Framing.Fit.COVER, 40).frame(photo.width(), photo.height());
        assertTrue(reference.worst(frame.apply(photo, Filter.BILINEAR)) <= 1);
    }
}
