package dev.gpux.pipeline.image;

/** What the bytes of a pixel are, in their order. */
public enum ColorOrder {
    /** One byte: the luminance. */
    GRAY(1),
    /** Red, green, blue. */
    RGB(3),
    /** Blue, green, red. */
    BGR(3);

    private final int channels;

    ColorOrder(int channels) {
        this.channels = channels;
    }

    /** The bytes of a pixel. */
    public int channels() {
        return channels;
    }
}
