package dev.gpux.pipeline.image;

/** Cuts a four-cornered part out of a picture and makes it an upright rectangle, undoing rotation and perspective. */
public final class Warp {
    private Warp() { }

    /**
     * The part as a picture of whole pixels, each the cubic mean of the 4×4 around its place; what lies outside of the
     * picture is as its edge.
     *
     * @param width the width of the result
     * @param height the height of the result
     */
    public static Picture rectangle(Picture picture, Quad quad, int width, int height) {
        if (quad.isBox() && isWhole(quad) && quad.width() == width && quad.height() == height && quad.left() >= 0
            && quad.top() >= 0 && quad.right() <= picture.width() && quad.bottom() <= picture.height()) {
            return picture.crop((int) quad.left(), (int) quad.top(), width, height);
        }
        var map = Projection.ofUnitSquare(quad);
        int channels = picture.order().channels();
        var to = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
        var sampler = new Sampler(picture);
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += channels) {
                double u = (x + 0.5) / width;
                double v = (y + 0.5) / height;
                sampler.sample(map.x(u, v) - 0.5, map.y(u, v) - 0.5, to, at);
            }
        }
        return new Picture(width, height, picture.order(), to);
    }

    private static boolean isWhole(Quad quad) {
        return quad.corners().stream().allMatch(point ->
            point.x() == Math.rint(point.x()) && point.y() == Math.rint(point.y()));
    }

    /** The projective map that leads from the unit square to four corners: ((a u + b v + c) / w, (d u + e v + f) / w). */
    private record Projection(double a, double b, double c, double d, double e, double f, double g, double h) {
        static Projection ofUnitSquare(Quad quad) {
            var p = quad.topLeft();
            var q = quad.topRight();
            var r = quad.bottomRight();
            var s = quad.bottomLeft();
            double sumX = p.x() - q.x() + r.x() - s.x();
            double sumY = p.y() - q.y() + r.y() - s.y();
            double x1 = q.x() - r.x();
            double y1 = q.y() - r.y();
            double x2 = s.x() - r.x();
            double y2 = s.y() - r.y();
            double area = x1 * y2 - x2 * y1;
            double g = area == 0 ? 0 : (sumX * y2 - x2 * sumY) / area;
            double h = area == 0 ? 0 : (x1 * sumY - sumX * y1) / area;
            return new Projection(q.x() - p.x() + g * q.x(), s.x() - p.x() + h * s.x(), p.x(),
                q.y() - p.y() + g * q.y(), s.y() - p.y() + h * s.y(), p.y(), g, h);
        }

        double x(double u, double v) {
            return (a * u + b * v + c) / (g * u + h * v + 1);
        }

        double y(double u, double v) {
            return (d * u + e * v + f) / (g * u + h * v + 1);
        }
    }

    /** Values between pixels. */
    private static final class Sampler {
        private final Picture picture;
        private final double[] across = new double[4];
        private final double[] down = new double[4];

        Sampler(Picture picture) {
            this.picture = picture;
        }

        /** All channels at a place; whole numbers are the centres of pixels. */
        void sample(double x, double y, byte[] to, int at) {
            int left = (int) Math.floor(Math.clamp(x, -2, picture.width() + 1));
            int top = (int) Math.floor(Math.clamp(y, -2, picture.height() + 1));
            weigh(across, Math.clamp(x, -2, picture.width() + 1) - left);
            weigh(down, Math.clamp(y, -2, picture.height() + 1) - top);
            for (int channel = 0; channel < picture.order().channels(); channel++) {
                double sum = 0.5;
                for (int i = 0; i < 4; i++) {
                    int row = Math.clamp(top + i - 1L, 0, picture.height() - 1);
                    for (int k = 0; k < 4; k++) {
                        int column = Math.clamp(left + k - 1L, 0, picture.width() - 1);
                        sum += down[i] * across[k] * picture.at(column, row, channel);
                    }
                }
                to[at + channel] = (byte) Math.clamp((long) Math.floor(sum), 0, 255);
            }
        }

        private static void weigh(double[] weights, double fraction) {
            for (int i = 0; i < 4; i++) {
                weights[i] = Filter.BICUBIC.weight(i - 1 - fraction);
            }
        }
    }
}
