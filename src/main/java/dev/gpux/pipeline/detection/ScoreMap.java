package dev.gpux.pipeline.detection;

import dev.gpux.pipeline.image.Quad;
import dev.gpux.pipeline.image.Quad.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How likely each pixel belongs to something, and the things: regions of neighbouring pixels, also over corners, each in the
 * smallest rectangle of any direction.
 *
 * @param width in pixels
 * @param height in pixels
 * @param scores row by row, from 0 to 1
 */
public record ScoreMap(int width, int height, float[] scores) {
    /**
     * A region.
     *
     * @param rectangle the smallest around the centres of its pixels
     * @param score the mean of the map within the rectangle
     */
    public record Region(Rectangle rectangle, double score) { }

    /**
     * The regions.
     *
     * @param threshold pixels with more belong to one
     * @param most how many regions at most; from the top, the rest is left out
     */
    public List<Region> regions(double threshold, int most) {
        var regions = new ArrayList<Region>();
        var seen = new boolean[scores.length];
        var fill = new Fill(threshold, seen);
        for (int start = 0; start < scores.length && regions.size() < most; start++) {
            if (!seen[start] && scores[start] > threshold) {
                var rectangle = Rectangle.around(fill.from(start));
                regions.add(new Region(rectangle, score(rectangle.corners())));
            }
        }
        return regions;
    }

    /** The mean of the map over the pixels whose centres lie within a convex quad. */
    private double score(Quad quad) {
        double slack = 1e-6;
        int left = Math.clamp((int) Math.floor(quad.left() - slack), 0, width - 1);
        int right = Math.clamp((int) Math.ceil(quad.right()), 0, width - 1);
        int top = Math.clamp((int) Math.floor(quad.top() - slack), 0, height - 1);
        int bottom = Math.clamp((int) Math.ceil(quad.bottom()), 0, height - 1);
        double sum = 0;
        int count = 0;
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                if (isInside(quad, x + 0.5, y + 0.5, slack)) {
                    sum += scores[y * width + x];
                    count++;
                }
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    private static boolean isInside(Quad quad, double x, double y, double slack) {
        var corners = quad.corners();
        for (int i = 0; i < 4; i++) {
            var from = corners.get(i);
            var to = corners.get((i + 1) % 4);
            double side = (to.x() - from.x()) * (y - from.y()) - (to.y() - from.y()) * (x - from.x());
            if (side < -slack * (1 + Math.abs(to.x() - from.x()) + Math.abs(to.y() - from.y()))) {
                return false;
            }
        }
        return true;
    }

    /** Collects the pixels of a region; of each row only the outermost, which is all that a convex hull needs. */
    private final class Fill {
        private final double threshold;
        private final boolean[] seen;
        private final int[] first = new int[height];
        private final int[] last = new int[height];
        private int[] stack = new int[1024];
        private int size;

        Fill(double threshold, boolean[] seen) {
            this.threshold = threshold;
            this.seen = seen;
            Arrays.fill(first, Integer.MAX_VALUE);
            Arrays.fill(last, -1);
        }

        List<Point> from(int start) {
            int top = start / width;
            int bottom = top;
            add(start);
            while (size > 0) {
                int at = stack[--size];
                int y = at / width;
                int x = at - y * width;
                first[y] = Math.min(first[y], x);
                last[y] = Math.max(last[y], x);
                bottom = Math.max(bottom, y);
                addNeighbours(x, y);
            }
            return takeRows(top, bottom);
        }

        private void addNeighbours(int x, int y) {
            for (int row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
                for (int column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
                    int at = row * width + column;
                    if (!seen[at] && scores[at] > threshold) {
                        add(at);
                    }
                }
            }
        }

        private void add(int at) {
            seen[at] = true;
            if (size == stack.length) {
                stack = Arrays.copyOf(stack, 2 * size);
            }
            stack[size++] = at;
        }

        /** The centres of the outermost pixels; the rows are free again afterwards. */
        private List<Point> takeRows(int top, int bottom) {
            var points = new ArrayList<Point>();
            for (int y = top; y <= bottom; y++) {
                points.add(new Point(first[y] + 0.5, y + 0.5));
                if (last[y] > first[y]) {
                    points.add(new Point(last[y] + 0.5, y + 0.5));
                }
                first[y] = Integer.MAX_VALUE;
                last[y] = -1;
            }
            return points;
        }
    }
}
