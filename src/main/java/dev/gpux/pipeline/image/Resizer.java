package dev.gpux.pipeline.image;

import java.util.Arrays;

/**
 * Resizes pictures, with antialiasing when they shrink. The result is what Pillow gives, byte by byte; where a picture of
 * more than a million pixels becomes less than half as high with a filter that has no negative weights, a value may be off
 * by 1 (of 255): such a picture takes the {@linkplain Shrinker quick way}.
 */
public final class Resizer {
    /** Weights have this many bits behind the point, so that 255 of them still fit an int. */
    private static final int BITS = 22;
    /** From how many pixels on the quick way is worth it. */
    private static final int LARGE = 1 << 20;

    private Resizer() { }

    /** The picture in another size. */
    public static Picture resize(Picture picture, int width, int height, Filter filter) {
        return resize(picture, width, height, filter, Window.all(width, height));
    }

    /** A part of the picture in another size; only that part is computed. */
    static Picture resize(Picture picture, int width, int height, Filter filter, Window part) {
        if (width == picture.width() && height == picture.height()) {
            return picture.crop(part.left(), part.top(), part.width(), part.height());
        }
        if (filter == Filter.NEAREST) {
            return nearest(picture, width, height, part);
        }
        if (filter.isPositive() && picture.height() >= 2 * height
            && (long) picture.width() * picture.height() >= LARGE) {
            return Shrinker.shrink(picture, width, height, filter, part);
        }
        return resizeVertically(resizeHorizontally(picture, width, filter, part), height, filter, part);
    }

    private static Picture nearest(Picture picture, int width, int height, Window part) {
        int channels = picture.order().channels();
        double scaleX = (double) picture.width() / width;
        double scaleY = (double) picture.height() / height;
        var to = new byte[part.width() * part.height() * channels];
        for (int y = 0, at = 0; y < part.height(); y++) {
            int row = (int) ((part.top() + y + 0.5) * scaleY) * picture.stride();
            for (int x = 0; x < part.width(); x++) {
                int from = row + (int) ((part.left() + x + 0.5) * scaleX) * channels;
                for (int channel = 0; channel < channels; channel++) {
                    to[at++] = picture.data()[from + channel];
                }
            }
        }
        return new Picture(part.width(), part.height(), picture.order(), to);
    }

    /** The wanted columns of all rows. */
    private static Picture resizeHorizontally(Picture picture, int width, Filter filter, Window part) {
        if (width == picture.width()) {
            return picture.crop(part.left(), 0, part.width(), picture.height());
        }
        var weights = Weights.of(filter, picture.width(), width, part.left(), part.width());
        var values = weights.fixed(BITS);
        int channels = picture.order().channels();
        var from = picture.data();
        var to = new byte[Math.multiplyExact(part.width() * channels, picture.height())];
        for (int y = 0, at = 0; y < picture.height(); y++) {
            int row = y * picture.stride();
            for (int x = 0; x < part.width(); x++) {
                int start = row + weights.first()[x] * channels;
                int count = weights.count()[x];
                for (int channel = 0; channel < channels; channel++) {
                    int sum = 1 << BITS - 1;
                    for (int k = 0, i = start + channel; k < count; k++, i += channels) {
                        sum += (from[i] & 0xFF) * values[x * weights.taps() + k];
                    }
                    to[at++] = clamped(sum >> BITS);
                }
            }
        }
        return new Picture(part.width(), picture.height(), picture.order(), to);
    }

    /** The wanted rows; the columns are the wanted ones already. */
    private static Picture resizeVertically(Picture picture, int height, Filter filter, Window part) {
        if (height == picture.height()) {
            return picture.crop(0, part.top(), picture.width(), part.height());
        }
        var weights = Weights.of(filter, picture.height(), height, part.top(), part.height());
        var values = weights.fixed(BITS);
        int stride = picture.stride();
        var from = picture.data();
        var to = new byte[Math.multiplyExact(part.height(), stride)];
        var sums = new int[stride];
        for (int y = 0; y < part.height(); y++) {
            Arrays.fill(sums, 1 << BITS - 1);
            for (int k = 0; k < weights.count()[y]; k++) {
                int row = (weights.first()[y] + k) * stride;
                int weight = values[y * weights.taps() + k];
                for (int i = 0; i < stride; i++) {
                    sums[i] += (from[row + i] & 0xFF) * weight;
                }
            }
            int at = y * stride;
            for (int i = 0; i < stride; i++) {
                to[at + i] = clamped(sums[i] >> BITS);
            }
        }
        return new Picture(picture.width(), part.height(), picture.order(), to);
    }

    private static byte clamped(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }
}
