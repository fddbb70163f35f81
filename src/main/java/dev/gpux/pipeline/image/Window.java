package dev.gpux.pipeline.image;

/** A rectangle of whole pixels. */
record Window(int left, int top, int width, int height) {
    /** All of a picture of this size. */
    static Window all(int width, int height) {
        return new Window(0, 0, width, height);
    }
}
