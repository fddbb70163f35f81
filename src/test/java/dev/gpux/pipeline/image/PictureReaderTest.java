package dev.gpux.pipeline.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Reading files, held against Pillow; writing them. */
class PictureReaderTest {
    @Test
    void readsWhatPillowReads() {
        for (var what : new String[] {"rgb", "gray"}) {
            for (var reference : Reference.of(what)) {
                var picture = Reference.picture(reference.file());
                // JPEG decoders may round differently; this bound is what was seen, doubled.
                int allowed = reference.file().endsWith(".jpg") ? 0 : 0;
                assertTrue(reference.worst(picture) <= allowed,
                    () -> reference + ": " + Arrays.toString(reference.differences(picture)));
            }
        }
    }

    @Test
    void refusesTooManyPixelsBeforeDecoding() {
        var png = Reference.resource("rgb.png");
        ByteBuffer.wrap(png).putInt(16, 50_000).putInt(20, 50_000);
        var error = assertThrows(PictureException.class, () -> PictureReader.read(png));
        assertEquals("the picture has 50000×50000 pixels, more than the 100000000 allowed; make it smaller, or raise "
            + "max_pixels", error.getMessage());
        assertThrows(PictureException.class, () -> PictureReader.read(Reference.resource("rgb.png"), 61 * 47 - 1));
        assertEquals(61, PictureReader.read(Reference.resource("rgb.png"), 61 * 47).width());
    }

    @Test
    void saysWhatAFileIs() {
        record Case(String content, String message) { }
        for (var known : new Case[] {
            new Case("", "the file is empty"),
            new Case("hello", "the file is no picture of a kind that can be read; expected a PNG, JPEG, BMP or GIF file"),
            new Case("RIFF1234WEBPVP8 ", "the file is a WebP picture; expected a PNG, JPEG, BMP or GIF file"),
            new Case("%PDF-1.7", "the file is a PDF document; expected a PNG, JPEG, BMP or GIF file"),
            new Case("\u0089PNG\r\n\u001a\n", "the file is cut off within its header"),
            new Case("GIF89a", "the file is cut off within its header")}) {
            var bytes = known.content().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            assertEquals(known.message(), assertThrows(PictureException.class, () -> PictureReader.read(bytes)).getMessage());
        }
    }

    @Test
    void writesWhatItReads() {
        for (var name : new String[] {"rgb.png", "gray.png", "photo.jpg"}) {
            var picture = Reference.picture(name);
            var again = PictureReader.read(PngWriter.write(picture));
            assertArrayEquals(picture.as(ColorOrder.RGB).data(), again.as(ColorOrder.RGB).data(), name);
        }
    }

    @Test
    void aGifsFirstFrameLiesInItsCanvas() {
        var gif = Reference.resource("palette.gif");
        var whole = PictureReader.read(gif);
        // The canvas becomes larger and the frame begins elsewhere.
        var bytes = ByteBuffer.wrap(gif.clone()).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int frame = 13 + (3 << (gif[10] & 7) + 1);
        while (gif[frame] != 0x2C) {
            frame++;
        }
        bytes.putShort(6, (short) 70).putShort(8, (short) 50).putShort(frame + 1, (short) 4).putShort(frame + 3, (short) 2);
        var moved = PictureReader.read(bytes.array());
        assertEquals("70×50 pixels", moved.toString());
        assertArrayEquals(whole.data(), moved.crop(4, 2, 61, 47).data());
        assertEquals(255, moved.at(0, 0, 0));
    }
}
