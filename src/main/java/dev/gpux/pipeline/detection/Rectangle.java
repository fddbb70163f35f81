package dev.gpux.pipeline.detection;

import dev.gpux.pipeline.image.Quad;
import dev.gpux.pipeline.image.Quad.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A rectangle of any direction.
 *
 * @param centerX the column of its middle
 * @param centerY the row of its middle
 * @param directionX where its first side points to; with {@code directionY} 1 long
 * @param directionY where its first side points to
 * @param width the length of its first side
 * @param height the length of its second side
 */
public record Rectangle(double centerX, double centerY, double directionX, double directionY, double width,
                        double height) {
    /** The smallest rectangle around one or more points: one of its sides is a side of their convex hull. */
    static Rectangle around(List<Point> points) {
        var hull = hull(points);
        var best = along(hull, 1, 0);
        for (int i = 0; i < hull.size(); i++) {
            var from = hull.get(i);
            var to = hull.get((i + 1) % hull.size());
            double length = Math.hypot(to.x() - from.x(), to.y() - from.y());
            if (length > 0) {
                var candidate = along(hull, (to.x() - from.x()) / length, (to.y() - from.y()) / length);
                if (candidate.width * candidate.height < best.width * best.height - 1e-9) {
                    best = candidate;
                }
            }
        }
        return best;
    }

    private static Rectangle along(List<Point> hull, double directionX, double directionY) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (var point : hull) {
            double along = point.x() * directionX + point.y() * directionY;
            double across = point.y() * directionX - point.x() * directionY;
            least = Math.min(least, along);
            most = Math.max(most, along);
            lowest = Math.min(lowest, across);
            highest = Math.max(highest, across);
        }
        double along = (least + most) / 2;
        double across = (lowest + highest) / 2;
        return new Rectangle(along * directionX - across * directionY, along * directionY + across * directionX,
            directionX, directionY, most - least, highest - lowest);
    }

    /** The convex hull in order, without points on its sides. */
    private static List<Point> hull(List<Point> points) {
        var sorted = points.stream().sorted(Comparator.comparingDouble(Point::x).thenComparingDouble(Point::y)).toList();
        var hull = new ArrayList<Point>();
        addChain(hull, sorted);
        addChain(hull, sorted.reversed());
        return hull.isEmpty() ? sorted : hull;
    }

    /** Half of a hull: what turns the other way is no corner. The last point begins the other half. */
    private static void addChain(List<Point> hull, List<Point> sorted) {
        int start = hull.size();
        for (var point : sorted) {
            while (hull.size() >= start + 2 && turn(hull.get(hull.size() - 2), hull.getLast(), point) <= 0) {
                hull.removeLast();
            }
            hull.add(point);
        }
        hull.removeLast();
    }

    private static double turn(Point a, Point b, Point c) {
        return (b.x() - a.x()) * (c.y() - a.y()) - (b.y() - a.y()) * (c.x() - a.x());
    }

    /** The length of the shorter side. */
    public double shortSide() {
        return Math.min(width, height);
    }

    /** Larger by a distance on every side. */
    public Rectangle grown(double distance) {
        return new Rectangle(centerX, centerY, directionX, directionY, width + 2 * distance, height + 2 * distance);
    }

    /** Larger on every side by its area over its circumference, times {@code ratio}. */
    public Rectangle grownBy(double ratio) {
        double circumference = 2 * (width + height);
        return circumference == 0 ? this : grown(width * height * ratio / circumference);
    }

    /** Its corners, clockwise from the upper left one: of the two on the left the upper. */
    public Quad corners() {
        double alongX = directionX * width / 2;
        double alongY = directionY * width / 2;
        double acrossX = -directionY * height / 2;
        double acrossY = directionX * height / 2;
        var corners = new ArrayList<>(List.of(
            new Point(centerX - alongX - acrossX, centerY - alongY - acrossY),
            new Point(centerX + alongX - acrossX, centerY + alongY - acrossY),
            new Point(centerX + alongX + acrossX, centerY + alongY + acrossY),
            new Point(centerX - alongX + acrossX, centerY - alongY + acrossY)));
        corners.sort(Comparator.comparingDouble(Point::x));
        corners.subList(0, 2).sort(Comparator.comparingDouble(Point::y));
        corners.subList(2, 4).sort(Comparator.comparingDouble(Point::y));
        return new Quad(corners.get(0), corners.get(2), corners.get(3), corners.get(1));
    }
}
