package dev.gpux.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.engine.BundleContents;
import dev.gpux.engine.GoldenTests;
import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that reads a page: two models, one after the other. */
class OcrTest {
    private static final Path EXAMPLE = Path.of("examples/ocr/GPUXfile").toAbsolutePath();

    private static Model open(Gpuxfile gpuxfile) {
        return Model.open(gpuxfile, OpenOptions.standard());
    }

    private static List<Answer.Reading> read(Model model, Path picture) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var input = new Input.Encoded(Files.readAllBytes(picture), picture.toString());
            var lines = model.run(arena, Map.of("picture", input)).outcomes().getFirst().answers().get("lines");
            return assertInstanceOf(Answer.Parts.class, lines).parts().stream()
                .map(part -> (Answer.Reading) part.answers().get("text")).toList();
        }
    }

    @Test
    void readsItsOwnPage() {
        try (var model = open(Gpuxfile.read(EXAMPLE))) {
            var results = GoldenTests.run(model);
            assertEquals(1, results.size());
            assertEquals(List.of(), results.getFirst().differences());
        }
    }

    /** The page of scikit-image, which Debian's python3-skimage carries; .ci/run fetches it. */
    private static Path page() {
        var places = Stream.of(Path.of(System.getProperty("user.home"), ".cache/gpux-ci/page.png"),
            Path.of("/usr/lib/python3/dist-packages/skimage/data/page.png"));
        var found = places.filter(Files::isRegularFile).findFirst();
        if (found.isEmpty()) {
            assumeTrue(!"1".equals(System.getenv("GPUX_REQUIRE_ALL")) || fail(), "install Debian's python3-skimage");
        }
        return found.orElseThrow();
    }

    private static boolean fail() {
        throw new AssertionError("page.png of Debian's python3-skimage is missing");
    }

    @Test
    void readsAKnownPage() throws IOException {
        var page = page();
        try (var model = open(Gpuxfile.read(EXAMPLE))) {
            var lines = read(model, page);
            assertEquals(7, lines.size(), lines::toString);
            assertEquals("Region-basedsegmentation", lines.getFirst().text());
            // The reference is another program's, with other resizing: see the design's models.
            assertEquals(0.979, lines.getFirst().score(), 0.02);
            assertEquals("Let us first determine markers of the coins and the", lines.get(1).text());
        }
    }

    @Test
    void aBundleHasBothModels(@TempDir Path folder) throws IOException {
        var text = Files.readString(EXAMPLE);
        try (var model = open(Gpuxfile.read(EXAMPLE))) {
            var contents = BundleContents.of(model, Optional.of(text));
            assertEquals(List.of("files/ch_PP-OCRv4_det_infer.onnx", "files/ch_PP-OCRv4_rec_infer.onnx", "page.png"),
                contents.files().keySet().stream().map(Object::toString).sorted().toList());
            for (var file : contents.files().entrySet()) {
                var target = file.getKey().in(folder);
                Files.createDirectories(target.getParent());
                Files.copy(file.getValue(), target);
            }
            Files.writeString(contents.gpuxfilePath().in(folder), contents.gpuxfileText());
        }
        try (var model = open(Gpuxfile.read(folder.resolve("GPUXfile")))) {
            assertTrue(GoldenTests.run(model).getFirst().passed());
            assertEquals("Reading a page", read(model, folder.resolve("page.png")).getFirst().text());
        }
        // The digest in the file vouches for the second model, too.
        var reader = folder.resolve("files/ch_PP-OCRv4_rec_infer.onnx");
        Files.write(reader, new byte[] {1}, java.nio.file.StandardOpenOption.APPEND);
        var error = assertThrows(dev.gpux.engine.ModelException.class, () -> open(Gpuxfile.read(folder.resolve("GPUXfile"))));
        assertTrue(error.getMessage().startsWith(reader + " is not the model that the GPUXfile means"), error::getMessage);
    }

    private static String problems(String from, String to) throws IOException {
        var text = Files.readString(EXAMPLE);
        assertTrue(text.contains(from), from);
        var gpuxfile = Gpuxfile.parse(text.replace(from, to), EXAMPLE, Map.of());
        return assertThrows(GpuxfileException.class, () -> open(gpuxfile).close()).getMessage();
    }

    @Test
    void mistakesAreFoundBeforeAnyRun() throws IOException {
        record Mistake(String from, String to, String message) { }
        for (var mistake : new Mistake[] {
            new Mistake("each: regions", "each: region", "model reads 'region'"),
            new Mistake("turn: 1.5", "tern: 1.5", "unknown key \"tern\""),
            new Mistake("multiple: 32", "multiple: 0", "image.multiple: expected a whole number from 1"),
            new Mistake("color: bgr\n", "color: gray\n", "it has 3 channels, not 1"),
            new Mistake("ctc: {metadata: character}", "ctc: {metadata: characters}", "have no 'characters'"),
            new Mistake("ctc: {metadata: character}", "ctc: {characters: [a, b]}", "6625 classes, and there are 2"),
            new Mistake("size: [48, auto]", "size: [48, x]", "expected [height, width]"),
            new Mistake("mean: 0.5,", "mean: [1, 2],", "one for each of the 3 channels"),
            new Mistake("scale: 1/255, mean: 0.5", "scale: 1/0, mean: 0.5", "a fraction such as 1/255")}) {
            var message = problems(mistake.from(), mistake.to());
            assertTrue(message.contains(mistake.message()), message);
        }
    }
}
