package dev.gpux.pipeline.image;

/** Which size pictures get on their way into a tensor, and what is cut off or added. */
public sealed interface Framing {
    /** A side that follows from the picture. */
    int AUTO = 0;

    /** How a picture gets into a size whose proportions it does not have. */
    enum Fit {
        /** Its proportions change. */
        STRETCH,
        /** It covers all of it; what is left over on two sides is cut off equally. */
        COVER,
        /** It fits in; the space on the right or below is filled. */
        CONTAIN,
        /** It fits in; the space is filled on both sides equally. */
        LETTERBOX
    }

    /**
     * A picture in its new size.
     *
     * @param resizedWidth the width of the whole picture after resizing
     * @param resizedHeight its height after resizing
     * @param part what is kept of that
     * @param width the width of the tensor, at least
     * @param height the height of the tensor, at least
     * @param left where the kept part begins in the tensor
     * @param top where the kept part begins in the tensor
     */
    record Frame(int resizedWidth, int resizedHeight, Window part, int width, int height, int left, int top) {
        /** The kept part of a picture. */
        public Picture apply(Picture picture, Filter filter) {
            return Resizer.resize(picture, resizedWidth, resizedHeight, filter, part);
        }

        /** Where the picture lies. */
        public Placement placement(Picture picture) {
            return new Placement((double) resizedWidth / picture.width(), (double) resizedHeight / picture.height(),
                left - part.left(), top - part.top(), picture.width(), picture.height(), width, height);
        }

        private static Frame whole(int resizedWidth, int resizedHeight, int width, int height, int left, int top) {
            return new Frame(resizedWidth, resizedHeight, Window.all(resizedWidth, resizedHeight), width, height, left,
                top);
        }
    }

    /** What happens to a picture of this size. */
    Frame frame(int width, int height);

    /**
     * One size for all.
     *
     * @param width in pixels
     * @param height in pixels
     * @param fit what happens to other proportions
     * @param shortest with {@link Fit#COVER}, how long the shorter side is before the middle is kept; at least as long as
     *     both sides, or {@link #AUTO} for just covering
     */
    record Fixed(int width, int height, Fit fit, int shortest) implements Framing {
        @Override
        public Frame frame(int fromWidth, int fromHeight) {
            double scaleX = (double) width / fromWidth;
            double scaleY = (double) height / fromHeight;
            return switch (fit) {
                case STRETCH -> Frame.whole(width, height, width, height, 0, 0);
                case COVER -> cover(fromWidth, fromHeight, Math.max(scaleX, scaleY));
                case CONTAIN -> contain(fromWidth, fromHeight, Math.min(scaleX, scaleY), 0);
                case LETTERBOX -> contain(fromWidth, fromHeight, Math.min(scaleX, scaleY), 0.5);
            };
        }

        private Frame contain(int fromWidth, int fromHeight, double scale, double share) {
            int resizedWidth = Math.clamp(Math.round(fromWidth * scale), 1, width);
            int resizedHeight = Math.clamp(Math.round(fromHeight * scale), 1, height);
            return Frame.whole(resizedWidth, resizedHeight, width, height, (int) ((width - resizedWidth) * share),
                (int) ((height - resizedHeight) * share));
        }

        private Frame cover(int fromWidth, int fromHeight, double scale) {
            int resizedWidth = Math.max(width, side(Math.round(fromWidth * scale)));
            int resizedHeight = Math.max(height, side(Math.round(fromHeight * scale)));
            if (shortest != AUTO) {
                // Rounded down, as it is usual where models are trained this way.
                boolean upright = fromWidth <= fromHeight;
                resizedWidth = upright ? shortest : side((long) shortest * fromWidth / fromHeight);
                resizedHeight = upright ? side((long) shortest * fromHeight / fromWidth) : shortest;
            }
            var part = new Window((int) Math.rint((resizedWidth - width) / 2.0),
                (int) Math.rint((resizedHeight - height) / 2.0), width, height);
            return new Frame(resizedWidth, resizedHeight, part, width, height, 0, 0);
        }

        /** The whole of it is never made, but must be countable. */
        private static int side(long pixels) {
            if (pixels > Integer.MAX_VALUE) {
                throw new PictureException("the picture is too narrow to cover a size of other proportions");
            }
            return (int) pixels;
        }
    }

    /**
     * A fixed height; the width follows from the picture's proportions.
     *
     * @param height in pixels
     * @param min the least width; a narrower picture is filled up on the right
     * @param max the greatest width; a wider picture is squeezed
     */
    record FixedHeight(int height, int min, int max) implements Framing {
        @Override
        public Frame frame(int fromWidth, int fromHeight) {
            int resized = (int) Math.clamp(Math.ceil((double) height * fromWidth / fromHeight), 1, max);
            return Frame.whole(resized, height, Math.max(resized, min), height, 0, 0);
        }
    }

    /**
     * A fixed width; the height follows from the picture's proportions.
     *
     * @param width in pixels
     * @param min the least height; a lower picture is filled up below
     * @param max the greatest height; a higher picture is squeezed
     */
    record FixedWidth(int width, int min, int max) implements Framing {
        @Override
        public Frame frame(int fromWidth, int fromHeight) {
            int resized = (int) Math.clamp(Math.ceil((double) width * fromHeight / fromWidth), 1, max);
            return Frame.whole(width, resized, width, Math.max(resized, min), 0, 0);
        }
    }

    /**
     * The picture's own size within bounds; its proportions change only by the rounding.
     *
     * @param min the least length of the shorter side: smaller pictures are enlarged
     * @param max the greatest length of the longer side: larger pictures are shrunk; it counts more than {@code min}
     * @param multiple both sides are rounded to a multiple of this
     */
    record Bounded(int min, int max, int multiple) implements Framing {
        @Override
        public Frame frame(int fromWidth, int fromHeight) {
            double scale = Math.max(1, (double) min / Math.min(fromWidth, fromHeight));
            scale = Math.min(scale, (double) max / Math.max(fromWidth, fromHeight));
            int width = rounded(fromWidth * scale);
            int height = rounded(fromHeight * scale);
            return Frame.whole(width, height, width, height, 0, 0);
        }

        private int rounded(double side) {
            // Whole pixels first; in the middle between two multiples to the even one.
            return Math.max(1, (int) Math.rint(Math.floor(side + 1e-9) / multiple)) * multiple;
        }
    }
}
