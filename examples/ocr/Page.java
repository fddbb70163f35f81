import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Draws page.png, the page that this example reads: java Page.java */
class Page {
    private static final String[] LINES = {
        "GPUX runs any ONNX model on any accelerator",
        "with one command. A GPUXfile says what the",
        "model is: its file, its inputs, its steps.",
    };

    public static void main(String[] arguments) throws IOException {
        var image = new BufferedImage(760, 330, BufferedImage.TYPE_BYTE_GRAY);
        var page = image.createGraphics();
        page.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        page.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        page.setColor(new Color(0xF4F4F4));
        page.fillRect(0, 0, image.getWidth(), image.getHeight());
        page.setColor(new Color(0x202020));
        write(page, Font.BOLD, 34, "Reading a page", 40, 60);
        page.setStroke(new BasicStroke(2));
        page.drawLine(40, 78, 720, 78);
        for (int i = 0; i < LINES.length; i++) {
            write(page, Font.PLAIN, 25, LINES[i], 40, 122 + 38 * i);
        }
        page.rotate(Math.toRadians(-4), 420, 290);
        page.setColor(new Color(0x606060));
        write(page, Font.ITALIC, 26, "This line went askew.", 420, 290);
        page.dispose();
        ImageIO.write(image, "png", new File("page.png"));
    }

    private static void write(Graphics2D page, int style, int size, String text, int x, int y) {
        page.setFont(new Font(Font.SERIF, style, size));
        page.drawString(text, x, y);
    }
}
