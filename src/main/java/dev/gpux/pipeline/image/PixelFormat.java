package dev.gpux.pipeline.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * How the pixels of a picture become the numbers of a tensor: the order of the colours, the order of the dimensions, the
 * type of the numbers, and each channel's number for each of the 256 values, which is ({@code value * scale - mean) / std}.
 * Immutable.
 */
public final class PixelFormat {
    /** The types of numbers. */
    public enum Type {
        /** IEEE 754 single precision. */
        FLOAT32(4),
        /** IEEE 754 half precision, rounded to the nearest. */
        FLOAT16(2),
        /** The value itself. */
        UINT8(1);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /**
     * From a byte to a number.
     *
     * @param scale what the byte is multiplied with; then
     * @param mean is subtracted, and
     * @param std divides the rest
     */
    public record Channel(double scale, double mean, double std) {
        /** The number for a value from 0 to 255. */
        double number(double value) {
            return (value * scale - mean) / std;
        }
    }

    private static final int VALUES = 256;
    private static final double MOST = 255;

    private final ColorOrder order;
    private final boolean channelsFirst;
    private final Type type;
    /** For each channel the numbers for 0 to 255, and behind them that of the filling. */
    private final float[][] floats;
    private final short[][] halves;
    private final byte[][] bytes;

    /**
     * Tables for all values.
     *
     * @param channelsFirst whether a tensor is [picture, channel, row, column] rather than [picture, row, column, channel]
     * @param channels one for each channel of {@code order}
     * @param inverted whether a value counts as 255 less itself
     * @param fill the value, 0 to 255 and not necessarily whole, of what is not covered by the picture
     */
    public PixelFormat(ColorOrder order, boolean channelsFirst, Type type, Channel[] channels, boolean inverted,
                       double[] fill) {
        this.order = order;
        this.channelsFirst = channelsFirst;
        this.type = type;
        int count = order.channels();
        floats = new float[count][VALUES + 1];
        halves = new short[count][VALUES + 1];
        bytes = new byte[count][VALUES + 1];
        for (int channel = 0; channel < count; channel++) {
            for (int value = 0; value <= VALUES; value++) {
                double from = value == VALUES ? fill[channel] : inverted ? MOST - value : value;
                double number = channels[channel].number(from);
                floats[channel][value] = (float) number;
                halves[channel][value] = Float.floatToFloat16((float) number);
                bytes[channel][value] = (byte) Math.clamp(Math.round(number), 0, (int) MOST);
            }
        }
    }

    /** What the pixels of the tensor are. */
    public ColorOrder order() {
        return order;
    }

    /** The sizes of a tensor of some pictures. */
    public long[] shape(int pictures, int width, int height) {
        return channelsFirst ? new long[] {pictures, order.channels(), height, width}
            : new long[] {pictures, height, width, order.channels()};
    }

    /**
     * Writes one picture.
     *
     * @param to the memory of that picture in the tensor
     * @param width the tensor's width
     * @param height the tensor's height
     * @param left where the picture begins
     * @param top where the picture begins
     */
    public void write(Picture picture, MemorySegment to, int width, int height, int left, int top) {
        var ordered = picture.order() == ColorOrder.GRAY || order == ColorOrder.GRAY ? picture.as(order) : picture;
        boolean full = picture.width() == width && picture.height() == height;
        for (int channel = 0; channel < order.channels(); channel++) {
            long start = channelsFirst ? (long) channel * width * height : channel;
            int step = channelsFirst ? 1 : order.channels();
            if (!full) {
                for (long i = 0; i < (long) width * height; i++) {
                    put(to, start + i * step, channel, VALUES);
                }
            }
            int from = ordered.order() == order ? channel : order.channels() - 1 - channel;
            for (int y = 0; y < picture.height(); y++) {
                long at = start + ((long) (top + y) * width + left) * step;
                writeRow(ordered, y, from, to, at, step, channel);
            }
        }
    }

    private void writeRow(Picture picture, int y, int from, MemorySegment to, long start, int step, int channel) {
        var data = picture.data();
        int pixel = picture.order().channels();
        int i = y * picture.stride() + from;
        int end = (y + 1) * picture.stride();
        long at = start;
        switch (type) {
            case FLOAT32 -> {
                var table = floats[channel];
                for (; i < end; i += pixel, at += step) {
                    to.setAtIndex(JAVA_FLOAT, at, table[data[i] & 0xFF]);
                }
            }
            default -> {
                for (; i < end; i += pixel, at += step) {
                    put(to, at, channel, data[i] & 0xFF);
                }
            }
        }
    }

    private void put(MemorySegment to, long at, int channel, int value) {
        switch (type) {
            case FLOAT32 -> to.setAtIndex(JAVA_FLOAT, at, floats[channel][value]);
            case FLOAT16 -> to.setAtIndex(JAVA_SHORT, at, halves[channel][value]);
            case UINT8 -> to.set(JAVA_BYTE, at, bytes[channel][value]);
        }
    }

    /** The bytes of one picture in a tensor of this size. */
    public long byteSize(int width, int height) {
        return (long) width * height * order.channels() * type.bytes;
    }
}
