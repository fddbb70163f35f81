package dev.gpux.pipeline.image;

/**
 * How much a pixel counts for another one at some distance. When a picture shrinks, all but {@link #NEAREST} are widened by
 * the scale, so that every pixel counts (antialiasing).
 */
public enum Filter {
    /** The pixel under the centre of the new one, and no other. */
    NEAREST(0),
    /** The mean of the area that becomes the new pixel. */
    BOX(0.5) {
        @Override
        double weight(double x) {
            return x > -0.5 && x <= 0.5 ? 1 : 0;
        }
    },
    /** Falls linearly. */
    BILINEAR(1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    /** Keys' cubic with a = -0.5. */
    BICUBIC(2) {
        @Override
        double weight(double x) {
            double d = Math.abs(x);
            double a = -0.5;
            if (d < 1) {
                return ((a + 2) * d - (a + 3)) * d * d + 1;
            }
            return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
        }
    },
    /** Lanczos' windowed sinc with three lobes. */
    LANCZOS(3) {
        @Override
        double weight(double x) {
            return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        }
    };

    private final double support;

    Filter(double support) {
        this.support = support;
    }

    /** How far it reaches, in pixels. */
    double support() {
        return support;
    }

    /** The weight at a distance in pixels. */
    double weight(double x) {
        throw new UnsupportedOperationException(this + " has no weights");
    }

    /** Whether no pixel counts negatively: then a weighted mean never leaves the range of its pixels. */
    boolean isPositive() {
        return this == BOX || this == BILINEAR;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
