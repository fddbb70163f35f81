package dev.gpux.pipeline.image;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random bytes and broken pictures: a clear error or a picture, never anything else, never more memory than allowed. */
class PictureFuzzTest {
    private static final int ROUNDS = Integer.getInteger("gpux.fuzz", 1000);
    private static final String[] PICTURES = {"rgb.png", "palette.png", "alpha.png", "rgb.bmp", "palette.gif", "photo.jpg",
        "turned-6.jpg", "deep.png", "bilevel.png"};
    /** Pictures in this test have fewer pixels; the files themselves at most 8 KB. */
    private static final long MOST_PIXELS = 1 << 20;
    /** Ten bytes a pixel, as {@link PictureReader#MOST_PIXELS} promises, and some for the decoders themselves. */
    private static final long MOST_BYTES = 10 * MOST_PIXELS + (16 << 20);

    private static byte[] broken(Random random, int round) {
        if (round % 4 == 0) {
            var noise = new byte[random.nextInt(4096)];
            random.nextBytes(noise);
            return noise;
        }
        var file = Reference.resource(PICTURES[random.nextInt(PICTURES.length)]);
        int changes = 1 + random.nextInt(8);
        for (int i = 0; i < changes; i++) {
            // Most of them in the header, where lengths are.
            int at = random.nextBoolean() ? random.nextInt(Math.min(64, file.length)) : random.nextInt(file.length);
            file[at] = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) 255;
        }
        return random.nextInt(5) == 0 ? java.util.Arrays.copyOf(file, random.nextInt(file.length)) : file;
    }

    @Test
    void anyBytesGiveAPictureOrAClearError() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int pictures = 0;
        int errors = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var file = broken(new Random(round), round);
            int number = round;
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                var picture = PictureReader.read(file, MOST_PIXELS);
                assertTrue((long) picture.width() * picture.height() <= MOST_PIXELS, () -> "round " + number);
                pictures++;
            } catch (PictureException e) {
                assertTrue(e.getMessage() != null && e.getMessage().length() > 10, () -> "round " + number + ": " + e);
                errors++;
            }
            long used = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(used <= MOST_BYTES, () -> "round " + number + " took " + used + " bytes");
        }
        // Else the test does not test what it says.
        assertTrue(pictures > ROUNDS / 20 && errors > ROUNDS / 4, pictures + " pictures, " + errors + " errors");
    }
}
