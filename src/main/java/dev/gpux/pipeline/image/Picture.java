package dev.gpux.pipeline.image;

import java.util.Arrays;

/**
 * A picture: rows of pixels from the top, pixels from the left, one byte a channel, nothing between. Not to be changed once
 * it is given away.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param order what the bytes of a pixel are
 * @param data {@code width * height * order.channels()} bytes; not to be changed any more
 */
public record Picture(int width, int height, ColorOrder order, byte[] data) {
    /** Checks the number of bytes. */
    public Picture {
        if (width < 1 || height < 1 || (long) width * height * order.channels() != data.length) {
            throw new IllegalArgumentException(data.length + " bytes are no " + width + "×" + height + " pixels of "
                + order);
        }
    }

    /** A picture of one colour. */
    static Picture filled(int width, int height, ColorOrder order, byte value) {
        var data = new byte[Math.multiplyExact(Math.multiplyExact(width, height), order.channels())];
        if (value != 0) {
            Arrays.fill(data, value);
        }
        return new Picture(width, height, order, data);
    }

    /** The bytes of a row. */
    public int stride() {
        return width * order.channels();
    }

    /** Channel {@code channel} of a pixel, from 0 to 255. */
    public int at(int x, int y, int channel) {
        return data[y * stride() + x * order.channels() + channel] & 0xFF;
    }

    /**
     * The same picture with other bytes for its pixels. Grey is 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601) in 16-bit
     * fixed point, rounded, as Pillow has it; grey becomes a colour as three times the same.
     */
    public Picture as(ColorOrder wanted) {
        if (wanted == order) {
            return this;
        }
        var to = new byte[width * height * wanted.channels()];
        if (wanted == ColorOrder.GRAY) {
            toGray(to);
        } else if (order == ColorOrder.GRAY) {
            for (int i = 0; i < data.length; i++) {
                to[3 * i] = data[i];
                to[3 * i + 1] = data[i];
                to[3 * i + 2] = data[i];
            }
        } else {
            for (int i = 0; i < data.length; i += 3) {
                to[i] = data[i + 2];
                to[i + 1] = data[i + 1];
                to[i + 2] = data[i];
            }
        }
        return new Picture(width, height, wanted, to);
    }

    private void toGray(byte[] to) {
        int red = order == ColorOrder.RGB ? 0 : 2;
        int blue = 2 - red;
        for (int i = 0, at = 0; i < to.length; i++, at += 3) {
            int sum = 19595 * (data[at + red] & 0xFF) + 38470 * (data[at + 1] & 0xFF) + 7471 * (data[at + blue] & 0xFF);
            to[i] = (byte) (sum + 0x8000 >> 16);
        }
    }

    /** The part from column {@code left} and row {@code top} on; it lies within the picture. */
    public Picture crop(int left, int top, int cropWidth, int cropHeight) {
        if (left == 0 && top == 0 && cropWidth == width && cropHeight == height) {
            return this;
        }
        int channels = order.channels();
        var to = new byte[cropWidth * cropHeight * channels];
        for (int y = 0; y < cropHeight; y++) {
            System.arraycopy(data, (top + y) * stride() + left * channels, to, y * cropWidth * channels,
                cropWidth * channels);
        }
        return new Picture(cropWidth, cropHeight, order, to);
    }

    /** Turned clockwise by this many quarters, after it was mirrored left to right if that is wanted. */
    public Picture turned(int quarters, boolean mirrored) {
        int turns = Math.floorMod(quarters, 4);
        if (turns == 0 && !mirrored) {
            return this;
        }
        boolean lying = turns % 2 == 1;
        int toWidth = lying ? height : width;
        int toHeight = lying ? width : height;
        int channels = order.channels();
        var to = new byte[data.length];
        for (int y = 0; y < toHeight; y++) {
            for (int x = 0; x < toWidth; x++) {
                int fromX = switch (turns) {
                    case 0 -> x;
                    case 1 -> y;
                    case 2 -> width - 1 - x;
                    default -> width - 1 - y;
                };
                int fromY = switch (turns) {
                    case 0 -> y;
                    case 1 -> height - 1 - x;
                    case 2 -> height - 1 - y;
                    default -> x;
                };
                int from = (fromY * width + (mirrored ? width - 1 - fromX : fromX)) * channels;
                int at = (y * toWidth + x) * channels;
                for (int channel = 0; channel < channels; channel++) {
                    to[at + channel] = data[from + channel];
                }
            }
        }
        return new Picture(toWidth, toHeight, order, to);
    }

    @Override
    public String toString() {
        return width + "×" + height + " pixels";
    }
}
