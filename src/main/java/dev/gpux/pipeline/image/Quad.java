package dev.gpux.pipeline.image;

import java.util.List;

/**
 * Four corners in a picture, in its pixels: clockwise from the one that is at the top left of what they enclose.
 */
public record Quad(Point topLeft, Point topRight, Point bottomRight, Point bottomLeft) {
    /** A place in a picture; (0, 0) is the top left corner of its first pixel. */
    public record Point(double x, double y) {
        double distance(Point other) {
            return Math.hypot(x - other.x, y - other.y);
        }
    }

    /** An upright rectangle. */
    public static Quad box(double left, double top, double right, double bottom) {
        return new Quad(new Point(left, top), new Point(right, top), new Point(right, bottom), new Point(left, bottom));
    }

    /** The corners in their order. */
    public List<Point> corners() {
        return List.of(topLeft, topRight, bottomRight, bottomLeft);
    }

    /** Whether it is an upright rectangle. */
    public boolean isBox() {
        return topLeft.x == bottomLeft.x && topRight.x == bottomRight.x && topLeft.y == topRight.y
            && bottomLeft.y == bottomRight.y;
    }

    /** The column of the leftmost corner. */
    public double left() {
        return corners().stream().mapToDouble(Point::x).min().orElseThrow();
    }

    /** The row of the topmost corner. */
    public double top() {
        return corners().stream().mapToDouble(Point::y).min().orElseThrow();
    }

    /** The column of the rightmost corner. */
    public double right() {
        return corners().stream().mapToDouble(Point::x).max().orElseThrow();
    }

    /** The row of the lowest corner. */
    public double bottom() {
        return corners().stream().mapToDouble(Point::y).max().orElseThrow();
    }

    /** How long its upper and lower sides are, the longer one. */
    public double width() {
        return Math.max(topLeft.distance(topRight), bottomLeft.distance(bottomRight));
    }

    /** How long its left and right sides are, the longer one. */
    public double height() {
        return Math.max(topLeft.distance(bottomLeft), topRight.distance(bottomRight));
    }
}
