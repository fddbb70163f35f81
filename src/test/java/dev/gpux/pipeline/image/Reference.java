package dev.gpux.pipeline.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** What Pillow makes of pictures: reference.txt among the resources, made by the script beside it. */
record Reference(String file, String what, int width, int height, byte[] bytes) {
    static byte[] resource(String name) {
        try (var in = Reference.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Picture picture(String name) {
        return PictureReader.read(resource(name));
    }

    /** All that was done to pictures, by what was done. */
    static List<Reference> of(String start) {
        var found = new ArrayList<Reference>();
        for (var line : new String(resource("reference.txt"), StandardCharsets.US_ASCII).split("\n")) {
            var words = line.split(" ");
            if (!line.startsWith("#") && words[1].startsWith(start)) {
                var size = words[2].split("x");
                found.add(of(words, Integer.parseInt(size[0]), Integer.parseInt(size[1])));
            }
        }
        assertTrue(!found.isEmpty(), start);
        return found;
    }

    private static Reference of(String[] words, int width, int height) {
        var bytes = new byte[width * height * 3];
        try (var inflater = new Inflater()) {
            inflater.setInput(Base64.getDecoder().decode(words[3]));
            int length = inflater.inflate(bytes);
            assertTrue(inflater.finished() && length % (width * height) == 0, words[0]);
            return new Reference(words[0], words[1], width, height, java.util.Arrays.copyOf(bytes, length));
        } catch (DataFormatException e) {
            throw new AssertionError(e);
        }
    }

    ColorOrder order() {
        return bytes.length == width * height ? ColorOrder.GRAY : ColorOrder.RGB;
    }

    /** How many values differ by how much: index 0 for those that do not. */
    int[] differences(Picture picture) {
        var actual = picture.as(order());
        assertEquals(width + "×" + height, actual.width() + "×" + actual.height(), this::toString);
        var differences = new int[256];
        for (int i = 0; i < bytes.length; i++) {
            differences[Math.abs((bytes[i] & 0xFF) - (actual.data()[i] & 0xFF))]++;
        }
        return differences;
    }

    /** The largest difference. */
    int worst(Picture picture) {
        var differences = differences(picture);
        int worst = 255;
        while (differences[worst] == 0) {
            worst--;
        }
        return worst;
    }

    @Override
    public String toString() {
        return file + " " + what + " " + width + "x" + height;
    }
}
