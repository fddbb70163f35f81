package dev.gpux.optimize.quantize;

/**
 * How weights become blocks.
 *
 * @param bits 4 or 8
 * @param block elements with a scale of their own: a power of 2, at least 16
 * @param symmetric whether the middle integer means 0; else each block has a zero point
 * @param search whether the scale that loses least is searched, instead of the one that the extremes give
 * @param accuracy the least precise type that ORT may compute in: 0 any, 1 float32, 4 int8
 * @param keep nodes that stay
 */
public record BlockOptions(int bits, int block, boolean symmetric, boolean search, int accuracy, Keep keep) {
    /** 4 bits, blocks of 32 with zero points, scales searched, computed in int8, which loses little and is fastest. */
    public static BlockOptions standard() {
        return new BlockOptions(4, 32, false, true, 4, Keep.NONE);
    }

    /** With other nodes that stay. */
    public BlockOptions withKeep(Keep nodes) {
        return new BlockOptions(bits, block, symmetric, search, accuracy, nodes);
    }
}
