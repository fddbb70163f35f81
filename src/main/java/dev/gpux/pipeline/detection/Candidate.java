package dev.gpux.pipeline.detection;

/**
 * An upright box that a detector proposes.
 *
 * @param left its left edge
 * @param top its upper edge
 * @param right its right edge
 * @param bottom its lower edge
 * @param index the class
 * @param score how sure the model is
 */
public record Candidate(float left, float top, float right, float bottom, int index, float score) {
    private double area() {
        return (double) Math.max(0, right - left) * Math.max(0, bottom - top);
    }

    /** The area of what two boxes share, as a part of what they cover together: from 0 to 1. */
    double overlap(Candidate other) {
        double width = (double) Math.min(right, other.right) - Math.max(left, other.left);
        double height = (double) Math.min(bottom, other.bottom) - Math.max(top, other.top);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double shared = width * height;
        return shared / (area() + other.area() - shared);
    }
}
