package dev.gpux.pipeline.image;

import java.util.Arrays;

/**
 * Shrinks large pictures with a filter that has no negative weights: rows first, since neighbouring bytes of a row have the
 * same weight and the JIT makes vector instructions of that; then the columns of the few rows that are left. Nothing is
 * rounded between the two.
 *
 * <p>The JIT turns only signed bytes into floats by vector instructions. So rows are copied, shifted by 128, into a ring
 * that holds what counts for one new row, and each is copied once; since the weights of a pixel add up to 1, 128 more at
 * the end gives the value back.
 */
final class Shrinker {
    /** How many bytes of a row are summed at once: the sums and four rows fit the fastest cache. */
    private static final int BLOCK = 2048;
    private static final int BIAS = 128;

    private final Picture picture;
    private final Weights rows;
    private final float[] rowWeights;
    /** The first byte of each row that counts, and how many do. */
    private final int origin;
    private final int length;
    private final byte[] ring;
    private int copied;

    private Shrinker(Picture picture, Weights rows, int origin, int length, int copied) {
        this.picture = picture;
        this.rows = rows;
        this.rowWeights = rows.floats();
        this.origin = origin;
        this.length = length;
        this.ring = new byte[Math.multiplyExact(rows.taps(), length)];
        this.copied = copied;
    }

    static Picture shrink(Picture picture, int width, int height, Filter filter, Window part) {
        int channels = picture.order().channels();
        var columns = Weights.of(filter, picture.width(), width, part.left(), part.width());
        var columnWeights = columns.floats();
        var rows = Weights.of(filter, picture.height(), height, part.top(), part.height());
        int last = part.width() - 1;
        int origin = columns.first()[0] * channels;
        int length = (columns.first()[last] + columns.count()[last]) * channels - origin;
        var shrinker = new Shrinker(picture, rows, origin, length, rows.first()[0]);
        var sums = new float[length];
        var to = new byte[part.width() * part.height() * channels];
        for (int y = 0, at = 0; y < part.height(); y++) {
            shrinker.sumRows(y, sums);
            for (int x = 0; x <= last; x++, at += channels) {
                int first = columns.first()[x] * channels - origin;
                if (channels == 3) {
                    sumThree(sums, first, columnWeights, x * columns.taps(), columns.count()[x], to, at);
                } else {
                    to[at] = sumOne(sums, first, columnWeights, x * columns.taps(), columns.count()[x]);
                }
            }
        }
        return new Picture(part.width(), part.height(), picture.order(), to);
    }

    /** The weighted sum of the rows that count for row {@code y}. */
    private void sumRows(int y, float[] sums) {
        int first = rows.first()[y];
        int end = first + rows.count()[y];
        for (copied = Math.max(copied, first); copied < end; copied++) {
            System.arraycopy(picture.data(), copied * picture.stride() + origin, ring, place(copied), length);
            shift(ring, place(copied), place(copied) + length);
        }
        Arrays.fill(sums, 0);
        int weight = y * rows.taps() - first;
        for (int block = 0; block < length; block += BLOCK) {
            int blockEnd = Math.min(block + BLOCK, length);
            int row = first;
            for (; row + 4 <= end; row += 4) {
                addFour(sums, block, blockEnd, ring, place(row), place(row + 1), place(row + 2), place(row + 3),
                    rowWeights[weight + row], rowWeights[weight + row + 1], rowWeights[weight + row + 2],
                    rowWeights[weight + row + 3]);
            }
            for (; row < end; row++) {
                addOne(sums, block, blockEnd, ring, place(row), rowWeights[weight + row]);
            }
        }
    }

    private int place(int row) {
        return row % rows.taps() * length;
    }

    /** In place: between two arrays the JIT would not see that the bytes are neighbours in both. */
    private static void shift(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            bytes[i] ^= (byte) BIAS;
        }
    }

    private static void addFour(float[] sums, int start, int end, byte[] rows, int one, int two, int three, int four,
                                float weightOne, float weightTwo, float weightThree, float weightFour) {
        for (int i = start; i < end; i++) {
            sums[i] += rows[one + i] * weightOne + rows[two + i] * weightTwo + rows[three + i] * weightThree
                + rows[four + i] * weightFour;
        }
    }

    private static void addOne(float[] sums, int start, int end, byte[] rows, int row, float weight) {
        for (int i = start; i < end; i++) {
            sums[i] += rows[row + i] * weight;
        }
    }

    private static byte sumOne(float[] line, int first, float[] weights, int offset, int count) {
        float sum = BIAS + 0.5f;
        for (int k = 0; k < count; k++) {
            sum += line[first + k] * weights[offset + k];
        }
        return rounded(sum);
    }

    private static void sumThree(float[] line, int first, float[] weights, int offset, int count, byte[] to, int at) {
        float one = BIAS + 0.5f;
        float two = one;
        float three = one;
        for (int k = 0, i = first; k < count; k++, i += 3) {
            float weight = weights[offset + k];
            one += line[i] * weight;
            two += line[i + 1] * weight;
            three += line[i + 2] * weight;
        }
        to[at] = rounded(one);
        to[at + 1] = rounded(two);
        to[at + 2] = rounded(three);
    }

    private static byte rounded(float value) {
        return (byte) Math.clamp((int) value, 0, 255);
    }
}
