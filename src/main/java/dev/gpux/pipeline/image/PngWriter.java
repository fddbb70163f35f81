package dev.gpux.pipeline.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes pictures as PNG files; needs nothing but {@code java.base}. */
public final class PngWriter {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int GRAY = 0;
    private static final int RGB = 2;
    /** PNG's filter that keeps differences from the pixel on the left. */
    private static final int SUB = 1;

    private PngWriter() { }

    /** The content of a PNG file with the picture, 8 bits a channel. */
    public static byte[] write(Picture picture) {
        var wanted = picture.order() == ColorOrder.BGR ? picture.as(ColorOrder.RGB) : picture;
        var out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        chunk(out, "IHDR", ByteBuffer.allocate(13).putInt(wanted.width()).putInt(wanted.height()).put((byte) Byte.SIZE)
            .put((byte) (wanted.order() == ColorOrder.GRAY ? GRAY : RGB)).array());
        chunk(out, "IDAT", compressed(wanted));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String name, byte[] content) {
        var chunk = ByteBuffer.allocate(4 + content.length).put(name.getBytes(StandardCharsets.ISO_8859_1)).put(content)
            .array();
        var crc = new CRC32();
        crc.update(chunk);
        out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        out.writeBytes(chunk);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] compressed(Picture picture) {
        var out = new ByteArrayOutputStream();
        var buffer = new byte[1 << 14];
        var row = new byte[1 + picture.stride()];
        row[0] = SUB;
        try (var deflater = new Deflater(Deflater.BEST_SPEED)) {
            for (int y = 0; y < picture.height(); y++) {
                fill(row, picture, y);
                deflater.setInput(row);
                drain(deflater, buffer, out);
            }
            deflater.finish();
            drain(deflater, buffer, out);
        }
        return out.toByteArray();
    }

    private static void drain(Deflater deflater, byte[] buffer, ByteArrayOutputStream out) {
        int length;
        while ((length = deflater.deflate(buffer)) > 0) {
            out.write(buffer, 0, length);
        }
    }

    private static void fill(byte[] row, Picture picture, int y) {
        int channels = picture.order().channels();
        int start = y * picture.stride();
        for (int i = 0; i < picture.stride(); i++) {
            int left = i < channels ? 0 : picture.data()[start + i - channels];
            row[1 + i] = (byte) (picture.data()[start + i] - left);
        }
    }
}
