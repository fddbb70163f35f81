package dev.gpux.pipeline.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What a picture file says of itself before anything is decoded. Every length is checked: any bytes at all give a header or
 * a {@link PictureException}.
 *
 * @param format how it is encoded
 * @param width the width in pixels, as stored
 * @param height the height in pixels, as stored
 * @param left where a GIF's first frame begins in its canvas; else 0
 * @param top where a GIF's first frame begins in its canvas; else 0
 * @param orientation EXIF's number from 1 to 8 for how the stored picture is to be turned; 1 for not at all
 */
record PictureHeader(Format format, int width, int height, int left, int top, int orientation) {
    private static final String EXPECTED = "expected a PNG, JPEG, BMP or GIF file";
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    /** The encodings that can be read; the names are those of the JDK's readers. */
    enum Format { PNG, JPEG, BMP, GIF }

    /**
     * Reads the header.
     *
     * @throws PictureException if the bytes are no picture of a known format
     */
    static PictureHeader read(byte[] file) {
        var bytes = ByteBuffer.wrap(file);
        try {
            if (starts(file, PNG)) {
                return png(bytes);
            }
            if (starts(file, (byte) 0xFF, (byte) 0xD8, (byte) 0xFF)) {
                return jpeg(bytes);
            }
            if (starts(file, (byte) 'G', (byte) 'I', (byte) 'F', (byte) '8')) {
                return gif(bytes.order(ByteOrder.LITTLE_ENDIAN));
            }
            if (starts(file, (byte) 'B', (byte) 'M')) {
                return bmp(bytes.order(ByteOrder.LITTLE_ENDIAN));
            }
        } catch (IndexOutOfBoundsException e) {
            throw new PictureException("the file is cut off within its header");
        }
        throw new PictureException(file.length == 0 ? "the file is empty" : otherKind(file));
    }

    /** A sound header of a picture with a size. */
    private static PictureHeader of(Format format, int width, int height, int orientation) {
        if (width < 1 || height < 1) {
            throw new PictureException("the file's header says " + width + "×" + height + " pixels");
        }
        return new PictureHeader(format, width, height, 0, 0, orientation);
    }

    private static boolean starts(byte[] file, byte... magic) {
        if (file.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (file[i] != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** Names what people are likely to give. */
    private static String otherKind(byte[] file) {
        var start = new String(file, 0, Math.min(file.length, 16), StandardCharsets.ISO_8859_1);
        var kind = start.startsWith("RIFF") && start.startsWith("WEBP", 8) ? "a WebP picture"
            : start.startsWith("ftyp", 4) ? "a HEIC or AVIF picture, or a film"
            : start.startsWith("II*\0") || start.startsWith("MM\0*") ? "a TIFF picture"
            : start.startsWith("%PDF") ? "a PDF document"
            : start.startsWith("<svg") || start.startsWith("<?xml") ? "an SVG or XML file"
            : "no picture of a kind that can be read";
        return "the file is " + kind + "; " + EXPECTED;
    }

    private static PictureHeader png(ByteBuffer bytes) {
        if (bytes.getInt(8) != 13 || bytes.getInt(12) != name("IHDR")) {
            throw new PictureException("a PNG file without a header");
        }
        int orientation = 1;
        for (long chunk = 33; chunk + 8 <= bytes.limit(); chunk += 12 + (bytes.getInt((int) chunk) & 0xFFFFFFFFL)) {
            int kind = bytes.getInt((int) chunk + 4);
            if (kind == name("IDAT")) {
                break;
            }
            if (kind == name("eXIf")) {
                orientation = Exif.orientation(bytes.array(), (int) chunk + 8, bytes.getInt((int) chunk));
            }
        }
        return of(Format.PNG, bytes.getInt(16), bytes.getInt(20), orientation);
    }

    private static int name(String chunk) {
        return chunk.charAt(0) << 24 | chunk.charAt(1) << 16 | chunk.charAt(2) << 8 | chunk.charAt(3);
    }

    /** Segments up to the one that has the size, start of frame. */
    private static PictureHeader jpeg(ByteBuffer bytes) {
        int orientation = 1;
        int at = 2;
        while (true) {
            if (bytes.get(at) != (byte) 0xFF) {
                throw new PictureException("a broken JPEG file: no marker at byte " + at);
            }
            int marker = bytes.get(at + 1) & 0xFF;
            if (marker == 0xFF) {
                at++;
                continue;
            }
            at += 2;
            if (marker >= 0xD0 && marker <= 0xD8 || marker == 0x01) {
                continue;
            }
            if (marker == 0xD9 || marker == 0xDA) {
                throw new PictureException("a broken JPEG file: the size is missing");
            }
            int length = bytes.getShort(at) & 0xFFFF;
            boolean frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
            if (frame) {
                return of(Format.JPEG, bytes.getShort(at + 5) & 0xFFFF, bytes.getShort(at + 3) & 0xFFFF, orientation);
            }
            if (marker == 0xE1 && length >= 8 && bytes.getInt(at + 2) == name("Exif")) {
                orientation = Exif.orientation(bytes.array(), at + 8, length - 8);
            }
            at += Math.max(2, length);
        }
    }

    private static PictureHeader bmp(ByteBuffer bytes) {
        int size = bytes.getInt(14);
        if (size == 12) {
            return of(Format.BMP, bytes.getShort(18) & 0xFFFF, bytes.getShort(20) & 0xFFFF, 1);
        }
        int compression = bytes.getInt(30);
        // 4 and 5 are whole JPEG and PNG files inside, whose size may be another one.
        if (size < 40 || compression < 0 || compression > 3) {
            throw new PictureException("a BMP file of a kind that cannot be read; save it as PNG");
        }
        if (bytes.getInt(10) < 0 || bytes.getInt(10) > bytes.limit()) {
            throw new PictureException("a broken BMP file: the pixels lie behind its end");
        }
        // A negative height: the first row is the top one.
        int height = bytes.getInt(22);
        return of(Format.BMP, bytes.getInt(18), height == Integer.MIN_VALUE ? 0 : Math.abs(height), 1);
    }

    /** The size of the canvas; the first frame may be a part of it. */
    private static PictureHeader gif(ByteBuffer bytes) {
        var canvas = of(Format.GIF, bytes.getShort(6) & 0xFFFF, bytes.getShort(8) & 0xFFFF, 1);
        int at = 13 + colors(bytes.get(10));
        while (bytes.get(at) != 0x2C) {
            if (bytes.get(at) != 0x21) {
                throw new PictureException("a GIF file without a picture");
            }
            at += 2;
            while (bytes.get(at) != 0) {
                at += 1 + (bytes.get(at) & 0xFF);
            }
            at++;
        }
        int left = bytes.getShort(at + 1) & 0xFFFF;
        int top = bytes.getShort(at + 3) & 0xFFFF;
        int width = bytes.getShort(at + 5) & 0xFFFF;
        int height = bytes.getShort(at + 7) & 0xFFFF;
        if (width < 1 || height < 1 || left + width > canvas.width() || top + height > canvas.height()) {
            throw new PictureException("a broken GIF file: the first frame is not within the picture");
        }
        return new PictureHeader(Format.GIF, canvas.width(), canvas.height(), left, top, 1);
    }

    /** The bytes of a colour table. */
    private static int colors(byte flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
    }

    /** The number of pixels. */
    long pixels() {
        return (long) width * height;
    }
}
