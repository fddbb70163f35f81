package dev.gpux.pipeline.image;

/**
 * Where a picture lies in a tensor: its point (x, y) is at ({@code x * scaleX + left}, {@code y * scaleY + top}) there.
 *
 * @param scaleX pixels of the tensor for one of the picture, from left to right
 * @param scaleY the same from top to bottom
 * @param left where the picture's left edge is; negative if something was cut off
 * @param top where its top edge is
 * @param width the width of the picture in its own pixels
 * @param height its height
 * @param tensorWidth the width of the tensor
 * @param tensorHeight the height of the tensor
 */
public record Placement(double scaleX, double scaleY, double left, double top, int width, int height, int tensorWidth,
                        int tensorHeight) {
    /** In a tensor of another size, for pictures that share one with larger ones. */
    public Placement within(int newWidth, int newHeight) {
        return new Placement(scaleX, scaleY, left, top, width, height, newWidth, newHeight);
    }

    /** A column of the tensor as one of the picture, which may lie outside of it. */
    public double pictureX(double x) {
        return (x - left) / scaleX;
    }

    /** A row of the tensor as one of the picture, which may lie outside of it. */
    public double pictureY(double y) {
        return (y - top) / scaleY;
    }

    /** A rectangle of the tensor as one of the picture, cut off at its edges. */
    public Quad toPicture(double x1, double y1, double x2, double y2) {
        return Quad.box(Math.clamp(pictureX(x1), 0, width), Math.clamp(pictureY(y1), 0, height),
            Math.clamp(pictureX(x2), 0, width), Math.clamp(pictureY(y2), 0, height));
    }
}
