package dev.gpux.pipeline.image;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws what was found into a picture: a frame and a few words for each thing. */
public final class Painter {
    private static final Color[] COLORS = {new Color(0xE6194B), new Color(0x0082C8), new Color(0x3CB44B),
        new Color(0xF58231), new Color(0x911EB4), new Color(0x008080), new Color(0xAA6E28), new Color(0x808000)};

    /**
     * A thing.
     *
     * @param corners where it is
     * @param words what is written at it; may be empty
     * @param color things of one number have one colour
     */
    public record Mark(Quad corners, String words, int color) { }

    private Painter() { }

    /**
     * The picture with the marks on it. Where a machine has no fonts, the words are missing.
     *
     * @throws PictureException if this Java has no module {@code java.desktop}
     */
    public static Picture draw(Picture picture, List<Mark> marks) {
        try {
            var image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
            var rgb = picture.as(ColorOrder.RGB).data();
            var pixels = new int[picture.width() * picture.height()];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF;
            }
            image.setRGB(0, 0, picture.width(), picture.height(), pixels, 0, picture.width());
            paint(image, marks);
            image.getRGB(0, 0, picture.width(), picture.height(), pixels, 0, picture.width());
            var to = new byte[3 * pixels.length];
            for (int i = 0; i < pixels.length; i++) {
                to[3 * i] = (byte) (pixels[i] >> 16);
                to[3 * i + 1] = (byte) (pixels[i] >> 8);
                to[3 * i + 2] = (byte) pixels[i];
            }
            return new Picture(picture.width(), picture.height(), ColorOrder.RGB, to);
        } catch (NoClassDefFoundError e) {
            throw new PictureException("this Java cannot draw: its module java.desktop is missing; use a complete Java", e);
        }
    }

    private static void paint(BufferedImage image, List<Mark> marks) {
        // Nothing is shown on a screen, and some systems would start their desktop's machinery.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
        int side = Math.max(image.getWidth(), image.getHeight());
        float line = Math.max(2, side / 400f);
        var graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setStroke(new BasicStroke(line));
        for (var mark : marks) {
            graphics.setColor(COLORS[Math.floorMod(mark.color(), COLORS.length)]);
            graphics.draw(path(mark.corners()));
        }
        try {
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, Math.max(11, side / 60)));
            for (var mark : marks) {
                write(graphics, mark);
            }
        } catch (RuntimeException | LinkageError | InternalError e) {
            // Java says in all these ways that a machine has no fonts; the frames are drawn already.
        } finally {
            graphics.dispose();
        }
    }

    private static Path2D path(Quad quad) {
        var path = new Path2D.Double();
        path.moveTo(quad.topLeft().x(), quad.topLeft().y());
        quad.corners().subList(1, 4).forEach(corner -> path.lineTo(corner.x(), corner.y()));
        path.closePath();
        return path;
    }

    /** White on the mark's colour, above the thing or, where there is no room, inside. */
    private static void write(Graphics2D graphics, Mark mark) {
        if (mark.words().isBlank()) {
            return;
        }
        var metrics = graphics.getFontMetrics();
        int x = (int) Math.max(0, mark.corners().left());
        int y = (int) mark.corners().top() - metrics.getHeight();
        y = y < 0 ? (int) Math.max(0, mark.corners().top()) : y;
        graphics.setColor(COLORS[Math.floorMod(mark.color(), COLORS.length)]);
        graphics.fillRect(x, y, metrics.stringWidth(mark.words()) + 4, metrics.getHeight());
        graphics.setColor(Color.WHITE);
        graphics.drawString(mark.words(), x + 2, y + metrics.getAscent());
    }
}
