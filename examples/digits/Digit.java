import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Draws digit.png, a five as by a felt pen: java Digit.java */
class Digit {
    public static void main(String[] arguments) throws IOException {
        var image = new BufferedImage(280, 280, BufferedImage.TYPE_INT_RGB);
        var paper = image.createGraphics();
        paper.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        paper.setColor(Color.WHITE);
        paper.fillRect(0, 0, image.getWidth(), image.getHeight());
        paper.setColor(new Color(0x1A2A6C));
        paper.setStroke(new BasicStroke(20, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        var five = new Path2D.Double();
        five.moveTo(182, 62);
        five.lineTo(112, 66);
        five.lineTo(102, 132);
        five.curveTo(140, 112, 194, 132, 188, 176);
        five.curveTo(182, 224, 118, 228, 88, 202);
        paper.draw(five);
        paper.dispose();
        ImageIO.write(image, "png", new File("digit.png"));
    }
}
