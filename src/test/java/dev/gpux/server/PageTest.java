package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.server.model.Source;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The page, in a real browser. {@code -Dgpux.page.picture=FILE.png} keeps a picture of it. */
class PageTest {
    private static final int PHONE = 390;
    private static final int SCREEN = 900;

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    @BeforeAll
    static void needsChromium() {
        if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
            assertTrue(Browser.chromium().isPresent(), "install Debian's chromium");
        }
        assumeTrue(Browser.chromium().isPresent(), "needs Chromium (Debian: chromium)");
    }

    private Browser open(Served served, int width) throws IOException, InterruptedException {
        return new Browser(Browser.chromium().orElseThrow(), Files.createDirectories(folder.resolve("profile")),
            "http://127.0.0.1:" + served.address().getPort() + "/", width, 760);
    }

    @Test
    void turnsASentenceIntoNumbers() throws IOException, InterruptedException {
        try (var served = Served.local()) {
            served.server().load(new Source("root", () -> Gpuxfile.read(Path.of("GPUXfile").toAbsolutePath())));
            try (var browser = open(served, PHONE)) {
                browser.await("document.getElementById('form')?.hidden === false");
                assertEquals("sentence-embedding 1.0.0", browser.evaluate("document.querySelector('h1').textContent"));
                // Readable on a phone: nothing is wider than the window.
                assertEquals("true", browser.evaluate("document.documentElement.scrollWidth <= innerWidth"));
                // By keyboard: every field has a label, and the first is one Tab away.
                assertEquals("0", browser.evaluate("[...document.querySelectorAll('textarea,input,select')]"
                    + ".filter(field => !field.labels.length).length"));
                browser.command("Input.dispatchKeyEvent", "{\"type\":\"keyDown\",\"key\":\"Tab\",\"code\":\"Tab\","
                    + "\"windowsVirtualKeyCode\":9}");
                assertEquals("TEXTAREA", browser.evaluate("document.activeElement.tagName"));
                assertEquals("hello world", browser.evaluate("document.activeElement.value"));
                browser.evaluate("document.activeElement.value = 'a cat sat on the mat'");
                browser.command("Input.dispatchKeyEvent", "{\"type\":\"keyDown\",\"key\":\"Enter\",\"code\":\"Enter\","
                    + "\"windowsVirtualKeyCode\":13,\"modifiers\":2}");
                browser.await("document.getElementById('timing') !== null");
                assertEquals("float32[384]", browser.evaluate("document.querySelector('#answer .soft').textContent"));
                assertTrue(browser.evaluate("document.getElementById('timing').textContent").endsWith("on cpu"));
                keep(browser);
            }
        }
    }

    /** A digit drawn by a pen: a vertical stroke is a one. */
    private Path digit() throws IOException {
        var picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 5; y < 23; y++) {
            for (int x = 13; x < 16; x++) {
                picture.getRaster().setSample(x, y, 0, 254);
            }
        }
        var file = folder.resolve("one.png");
        ImageIO.write(picture, "png", file.toFile());
        return file;
    }

    @Test
    void seesADigit() throws IOException, InterruptedException {
        try (var served = Served.local().with(folder, "name: digits\nmodel: " + Served.quoted(Served.model("cnn_mnist.onnx"))
            + "\ninputs:\n  picture: {type: image, description: \"a digit, light on dark\"}\npreprocess:\n  - image: {input: picture}\n"
            + "postprocess:\n  - softmax\n  - top_k: 3\n"); var browser = open(served, SCREEN)) {
            browser.await("document.getElementById('form')?.hidden === false");
            browser.choose("input[type=file]", digit());
            browser.await("document.querySelector('#picture img') !== null");
            browser.evaluate("document.getElementById('form').requestSubmit()");
            browser.await("document.querySelectorAll('.score').length === 3");
            assertEquals("1", browser.evaluate("document.querySelector('.score .name').textContent"));
            assertFalse(browser.evaluate("document.querySelector('.score i').style.width").equals("0%"));
        }
    }

    @Test
    void showsWhatIsWrong() throws IOException, InterruptedException {
        try (var served = Served.local().with(folder, "tiny", Served.tiny()); var browser = open(served, SCREEN)) {
            browser.await("document.getElementById('form')?.hidden === false");
            browser.evaluate("document.querySelector('textarea').value = '[[1, 2]]'");
            browser.evaluate("document.getElementById('form').requestSubmit()");
            browser.await("document.querySelector('[role=alert]') !== null");
            assertTrue(browser.evaluate("document.querySelector('[role=alert]').textContent").contains("is 10"));
            browser.evaluate("document.querySelector('textarea').value = '[[1,2,3,4,5,6,7,8,9,10]]'");
            browser.evaluate("document.getElementById('form').requestSubmit()");
            browser.await("document.querySelectorAll('.score').length === 10");
        }
    }

    private static void keep(Browser browser) throws IOException, InterruptedException {
        var file = System.getProperty("gpux.page.picture");
        if (file != null) {
            Files.write(Path.of(file), browser.picture());
        }
    }
}
