package dev.gpux.pipeline.image;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads PNG, JPEG, BMP and GIF files (the first frame) by the JDK's decoders.
 *
 * <p>A picture is turned as its EXIF data say. What is transparent is laid over white. 16 bits a channel become their upper
 * 8. Colours are taken as they are stored: no colour profile is applied.
 */
public final class PictureReader {
    /** How many pixels a picture may have where nobody says otherwise; decoding takes up to 10 bytes for each. */
    public static final long MOST_PIXELS = 100_000_000;

    private static final int WHITE = 255;

    private PictureReader() { }

    /** As {@link #read(byte[], long)}, with {@link #MOST_PIXELS}. */
    public static Picture read(byte[] file) {
        return read(file, MOST_PIXELS);
    }

    /**
     * Decodes a file's content.
     *
     * @param mostPixels the header of a larger picture is all that is looked at
     * @throws PictureException if it is no picture of a known format, broken, or too large
     */
    public static Picture read(byte[] file, long mostPixels) {
        var header = PictureHeader.read(file);
        if (header.pixels() > mostPixels) {
            throw new PictureException("the picture has " + header.width() + "×" + header.height() + " pixels, "
                + "more than the " + mostPixels + " allowed; make it smaller, or raise max_pixels");
        }
        var picture = inCanvas(header, decode(file, header));
        return switch (header.orientation()) {
            case 2 -> picture.turned(0, true);
            case 3 -> picture.turned(2, false);
            case 4 -> picture.turned(2, true);
            case 5 -> picture.turned(3, true);
            case 6 -> picture.turned(1, false);
            case 7 -> picture.turned(1, true);
            case 8 -> picture.turned(3, false);
            default -> picture;
        };
    }

    private static Picture decode(byte[] file, PictureHeader header) {
        try {
            var reader = ImageIO.getImageReadersByFormatName(header.format().name()).next();
            try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
                return decode(reader, stream, header);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            if (e instanceof PictureException known) {
                throw known;
            }
            // The JDK's decoders answer broken files with whatever happens to them.
            throw new PictureException("a broken " + header.format() + " file"
                + (e instanceof IOException && e.getMessage() != null ? ": " + e.getMessage() : ""), e);
        } catch (NoClassDefFoundError e) {
            throw new PictureException("this Java cannot read pictures: its module java.desktop is missing; "
                + "use a complete Java", e);
        }
    }

    private static Picture decode(ImageReader reader, MemoryCacheImageInputStream stream, PictureHeader header)
        throws IOException {
        reader.setInput(stream, true, true);
        reader.addIIOReadWarningListener((_, warning) -> {
            if (warning.contains("Premature end") || warning.contains("Corrupt")) {
                throw new PictureException("a broken " + header.format() + " file: " + warning);
            }
        });
        if (header.format() != PictureHeader.Format.GIF
            && (reader.getWidth(0) != header.width() || reader.getHeight(0) != header.height())) {
            throw new PictureException("a broken " + header.format() + " file: it says two sizes");
        }
        return picture(reader.read(0));
    }

    private static Picture picture(BufferedImage image) {
        var raster = image.getRaster();
        if (raster.getDataBuffer() instanceof DataBufferByte bytes && raster.getParent() == null) {
            switch (image.getType()) {
                case BufferedImage.TYPE_3BYTE_BGR -> {
                    return new Picture(image.getWidth(), image.getHeight(), ColorOrder.BGR, bytes.getData());
                }
                case BufferedImage.TYPE_BYTE_GRAY -> {
                    return new Picture(image.getWidth(), image.getHeight(), ColorOrder.GRAY, bytes.getData());
                }
                default -> { }
            }
        }
        return image.getColorModel() instanceof ComponentColorModel model ? fromBands(image, model.getNumComponents())
            : fromColors(image);
    }

    /** Samples as they are: grey, grey and alpha, RGB, RGB and alpha. The JDK's own conversion would change greys. */
    private static Picture fromBands(BufferedImage image, int bands) {
        if (bands > 4) {
            throw new PictureException("a picture with " + bands + " channels; expected grey or RGB, with or without alpha");
        }
        int width = image.getWidth();
        var order = bands < 3 ? ColorOrder.GRAY : ColorOrder.RGB;
        boolean hasAlpha = bands % 2 == 0;
        int shift = Math.max(0, image.getColorModel().getComponentSize(0) - Byte.SIZE);
        var to = new byte[width * image.getHeight() * order.channels()];
        var row = new int[width * bands];
        for (int y = 0, at = 0; y < image.getHeight(); y++) {
            image.getRaster().getPixels(0, y, width, 1, row);
            for (int i = 0; i < row.length; i += bands) {
                int alpha = hasAlpha ? row[i + bands - 1] >> shift : WHITE;
                for (int channel = 0; channel < order.channels(); channel++) {
                    to[at++] = overWhite(row[i + channel] >> shift, alpha);
                }
            }
        }
        return new Picture(width, image.getHeight(), order, to);
    }

    /** Palettes and packed pixels, which are sRGB whatever they are called. */
    private static Picture fromColors(BufferedImage image) {
        int width = image.getWidth();
        var to = new byte[width * image.getHeight() * 3];
        var row = new int[width];
        for (int y = 0, at = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int color : row) {
                int alpha = color >>> 24;
                to[at++] = overWhite(color >> 16 & 0xFF, alpha);
                to[at++] = overWhite(color >> 8 & 0xFF, alpha);
                to[at++] = overWhite(color & 0xFF, alpha);
            }
        }
        return new Picture(width, image.getHeight(), ColorOrder.RGB, to);
    }

    private static byte overWhite(int value, int alpha) {
        return (byte) (alpha == WHITE ? value : (value * alpha + WHITE * (WHITE - alpha) + WHITE / 2) / WHITE);
    }

    /** A GIF's first frame where it belongs. */
    private static Picture inCanvas(PictureHeader header, Picture frame) {
        if (frame.width() == header.width() && frame.height() == header.height()) {
            return frame;
        }
        if (header.left() + frame.width() > header.width() || header.top() + frame.height() > header.height()) {
            throw new PictureException("a broken " + header.format() + " file: it says two sizes");
        }
        var canvas = Picture.filled(header.width(), header.height(), frame.order(), (byte) WHITE);
        int channels = frame.order().channels();
        for (int y = 0; y < frame.height(); y++) {
            System.arraycopy(frame.data(), y * frame.stride(), canvas.data(),
                (header.top() + y) * canvas.stride() + header.left() * channels, frame.stride());
        }
        return canvas;
    }
}
