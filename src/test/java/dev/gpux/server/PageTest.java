package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.server.model.Source;
import dev.gpux.server.route.RouteSettings;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The page, in a real browser. {@code -Dgpux.page.pictures=FOLDER} keeps pictures of it. */
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
                fitsTheWindow(browser, PHONE);
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
                assertEquals("384", browser.evaluate("document.querySelectorAll('.plot rect').length"));
                assertTrue(browser.evaluate("document.getElementById('timing').textContent").endsWith("on cpu"));
                assertTrue(browser.evaluate("document.getElementById('status').textContent").startsWith("Answered in "));
                fitsTheWindow(browser, PHONE);
                // The same from a program: what the page says is what it did.
                assertTrue(browser.evaluate("document.getElementById('curl').textContent").endsWith(
                    "/predict/sentence-embedding \\\n  -H 'Content-Type: application/json' \\\n  "
                        + "-d '{\"text\":\"hello world\"}'"));
                keep(browser, "text");
            }
        }
    }

    /** Readable: nothing is wider than the window, which is as wide as asked. */
    private static void fitsTheWindow(Browser browser, int width) throws IOException, InterruptedException {
        assertEquals(width + " true", browser.evaluate("innerWidth + ' ' + "
            + "(document.documentElement.scrollWidth <= innerWidth)"));
    }

    /** A picture, what was found on it as boxes, and the texts in them: the example that reads a page, and its page. */
    @Test
    void drawsBoxesOnThePicture() throws IOException, InterruptedException {
        try (var served = Served.local()) {
            served.server().load(new Source("ocr", () -> Gpuxfile.read(Path.of("examples/ocr/GPUXfile").toAbsolutePath())));
            try (var browser = open(served, SCREEN)) {
                // The model's own example is there at first, and runs without a file being chosen.
                browser.await("document.querySelector('#picture img')?.naturalWidth > 0");
                browser.evaluate("document.getElementById('form').requestSubmit()");
                browser.await("document.querySelectorAll('.score').length === 5");
                assertEquals("1Reading a page", browser.evaluate("document.querySelector('.score .name').textContent"));
                // A box lies where the text does: of the first line at the upper left, of the last at the lower right.
                assertEquals("5", browser.evaluate("document.querySelectorAll('#picture svg polygon').length"));
                assertEquals("true", browser.evaluate("(() => { const image = document.querySelector('#picture img')"
                    + ".getBoundingClientRect(), at = index => { const box = document.querySelectorAll('#picture polygon')[index]"
                    + ".getBoundingClientRect(); return [(box.x + box.width / 2 - image.x) / image.width,"
                    + " (box.y + box.height / 2 - image.y) / image.height]; };"
                    + " const [first, last] = [at(0), at(4)];"
                    + " return first[0] < .4 && first[1] < .25 && last[0] > .6 && last[1] > .7; })()"));
                fitsTheWindow(browser, SCREEN);
                keep(browser, "ocr");
                // Another picture: the boxes of the first are gone with it.
                browser.choose("input[type=file]", digit());
                browser.await("document.querySelectorAll('#picture polygon').length === 0");
            }
        }
    }

    @Test
    void asksForTheToken() throws IOException, InterruptedException {
        try (var served = new Served(ServerOptions.local().withRoutes(RouteSettings.STANDARD.withToken("s3cret")))
            .with(folder, "tiny", Served.tiny()); var browser = open(served, PHONE)) {
            browser.await("document.getElementById('ask-token')?.hidden === false");
            give(browser, "wrong");
            browser.await("document.getElementById('token-error').textContent !== ''");
            give(browser, "s3cret");
            browser.await("document.getElementById('form').hidden === false");
            browser.evaluate("document.querySelector('textarea').value = '[[1,2,3,4,5,6,7,8,9,10]]'");
            browser.evaluate("document.getElementById('form').requestSubmit()");
            browser.await("document.querySelectorAll('.score').length === 10");
        }
    }

    private static void give(Browser browser, String token) throws IOException, InterruptedException {
        browser.evaluate("document.getElementById('token').value = '" + token + "'");
        browser.evaluate("document.getElementById('ask-token').requestSubmit()");
    }

    /** A server that loads its model while somebody opens the page. */
    @Test
    void waitsForTheModelsAndLetsChooseOne() throws IOException, InterruptedException {
        try (var served = Served.local(); var browser = open(served, SCREEN)) {
            browser.await("document.getElementById('about')?.textContent.startsWith('No model is ready yet')");
            served.with(folder, "first", Served.tiny()).with(folder, "second", Served.tiny());
            browser.await("document.getElementById('choice')?.hidden === false || "
                + "(document.getElementById('form').hidden === false && (location.reload(), false))");
            browser.evaluate("(() => { const choice = document.getElementById('model'); choice.selectedIndex = 1;"
                + " choice.dispatchEvent(new Event('change')); })()");
            assertEquals("second 1", browser.evaluate("document.querySelector('h1').textContent"));
            // An address to keep: it opens with the same model.
            browser.evaluate("location.reload()");
            browser.await("document.querySelector('h1')?.textContent === 'second 1'");
        }
    }

    @Test
    void showsHowAlikeTextsAre() throws IOException, InterruptedException {
        try (var served = Served.local()) {
            served.server().load(new Source("similarity",
                () -> Gpuxfile.read(Path.of("examples/similarity/GPUXfile").toAbsolutePath())));
            try (var browser = open(served, PHONE)) {
                browser.await("document.getElementById('form')?.hidden === false");
                browser.evaluate("document.querySelector('textarea').value = 'a cat\\na kitten\\n\\ninterest rates'");
                browser.evaluate("document.getElementById('form').requestSubmit()");
                browser.await("document.querySelectorAll('td').length === 9");
                assertEquals("true", browser.evaluate("(cells => cells[1] > cells[2] && cells[0] > .99)"
                    + "([...document.querySelectorAll('td')].map(cell => Number(cell.textContent)))"));
                fitsTheWindow(browser, PHONE);
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

    private static void keep(Browser browser, String name) throws IOException, InterruptedException {
        var folder = System.getProperty("gpux.page.pictures");
        if (folder != null) {
            Files.write(Path.of(folder, name + ".png"), browser.picture());
        }
    }
}
