package dev.gpux.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.engine.GoldenTests;
import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of text and numbers against their references. */
class TextExamplesTest {
    private static final int PIXELS = 28 * 28;

    private static Model open(String example) {
        return Model.open(Gpuxfile.read(Path.of("examples", example, "GPUXfile")), OpenOptions.standard());
    }

    @ParameterizedTest
    @ValueSource(strings = {"similarity", "digits-sklearn"})
    void theGoldenTestsHold(String example) {
        try (var model = open(example)) {
            var results = GoldenTests.run(model);
            assertTrue(!results.isEmpty());
            results.forEach(result -> assertEquals(List.of(), result.differences(), result.name()));
        }
    }

    @Test
    void scikitLearnsModelKnowsSixtyOfSixtyTwoDigits() throws IOException {
        int right = 0;
        var lines = Files.readAllLines(Path.of(System.getProperty("gpux.models"), "transposed_mnist_test_head.libsvm"));
        try (var model = open("digits-sklearn"); var arena = Arena.ofConfined()) {
            for (var line : lines) {
                var answers = model.run(arena, Map.of("pixels", new Input.Numbers(
                    Tensor.of(arena, pixels(line), 28, 28)))).outcomes().getFirst().answers();
                var best = ((Answer.Labels) answers.get("digit")).scores().getFirst();
                right += line.startsWith(best.label() + " ") ? 1 : 0;
            }
        }
        // 96.8 %: docs of the models, by Python's ONNX Runtime.
        assertEquals(62, lines.size());
        assertEquals(60, right);
    }

    /** {@code 7 42:18 43:207 …}: the digit, then pixels that are not 0, as the model counts them: from the last one. */
    private static float[] pixels(String line) {
        var pixels = new float[PIXELS];
        for (var pixel : line.substring(line.indexOf(' ') + 1).split(" ")) {
            int colon = pixel.indexOf(':');
            pixels[PIXELS - 1 - Integer.parseInt(pixel.substring(0, colon))] = Float.parseFloat(pixel.substring(colon + 1));
        }
        return pixels;
    }

    @Test
    void textsThatMeanTheSameAreCloserThanOthers() {
        var texts = List.of("a cat sat on the mat", "the kitten rested on the rug", "interest rates rise again");
        try (var model = open("similarity"); var arena = Arena.ofConfined()) {
            var several = new Input.Several(texts.stream().<Input>map(Input.Text::new).toList());
            var outcomes = model.run(arena, List.of(Map.of("text", several), Map.of("text", new Input.Text("alone"))))
                .outcomes();
            var similarities = (Answer.Similarities) outcomes.get(0).answers().get("similarity");
            float[] scores = similarities.scores().floats();
            assertEquals(texts, similarities.texts());
            assertEquals(1, scores[0], 1e-6);
            assertEquals(scores[1], scores[3]);
            assertTrue(scores[1] > 0.5 && Math.abs(scores[2]) < 0.2 && Math.abs(scores[5]) < 0.2);
            var alone = (Answer.Similarities) outcomes.get(1).answers().get("similarity");
            assertEquals(List.of("alone"), alone.texts());
        }
    }
}
