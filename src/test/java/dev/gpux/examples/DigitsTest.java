package dev.gpux.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.gpux.engine.GoldenTests;
import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.image.ColorOrder;
import dev.gpux.pipeline.image.Picture;
import dev.gpux.pipeline.image.PngWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example that reads a digit. */
class DigitsTest {
    private static final Path MODELS = Path.of(System.getProperty("gpux.models", "models"));

    private static Model open() {
        return Model.open(Gpuxfile.read(Path.of("examples/digits/GPUXfile").toAbsolutePath()), OpenOptions.standard());
    }

    @Test
    void readsItsOwnDigit() {
        try (var model = open()) {
            var results = GoldenTests.run(model);
            assertEquals(1, results.size());
            assertEquals(List.of(), results.getFirst().differences());
        }
    }

    /** A line is the digit and {@code pixel:value}, counted from 1, white on black: as a file with ink on paper. */
    private static Input picture(String line) {
        var pixels = new byte[28 * 28];
        Arrays.fill(pixels, (byte) 255);
        for (var word : line.strip().split(" +")) {
            int colon = word.indexOf(':');
            if (colon > 0) {
                pixels[Integer.parseInt(word.substring(0, colon)) - 1] =
                    (byte) (255 - Integer.parseInt(word.substring(colon + 1)));
            }
        }
        return new Input.Encoded(PngWriter.write(new Picture(28, 28, ColorOrder.GRAY, pixels)), "digit.png");
    }

    @Test
    void knowsAllDigitsOfTheReference() throws IOException {
        var lines = Files.readAllLines(MODELS.resolve("mnist_test_head.libsvm"));
        var items = new ArrayList<Map<String, Input>>();
        lines.forEach(line -> items.add(Map.of("picture", picture(line))));
        try (var model = open(); var arena = Arena.ofConfined()) {
            // All in one batch.
            var outcomes = model.run(arena, items).outcomes();
            var read = new ArrayList<String>();
            for (var outcome : outcomes) {
                read.add(assertInstanceOf(Answer.Labels.class, outcome.answers().get("digit")).scores().getFirst().label());
            }
            assertEquals(62, read.size());
            assertEquals(lines.stream().map(line -> line.substring(0, line.indexOf(' '))).toList(), read);
        }
    }
}
