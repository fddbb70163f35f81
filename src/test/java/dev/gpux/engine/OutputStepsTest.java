package dev.gpux.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.PipelineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps behind the model, on models that give back what they are given. */
class OutputStepsTest {
    private static final float[] SCORES = {1, 3, 2, 0};

    @TempDir
    Path folder;

    private Map<String, Answer> run(String steps, float[] numbers, long... shape) throws IOException {
        var dims = new Object[shape.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = i == 0 ? "batch" : (Object) shape[i];
        }
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity(dims), steps)) {
            var answers = pipeline.run("x", numbers, shape);
            // The tensors are read while the arena is open.
            answers.forEach((_, answer) -> {
                if (answer instanceof Answer.Numbers) {
                    values = TestPipeline.tensor(answers, "y").elementType() == ElementType.INT64
                        ? toDoubles(TestPipeline.tensor(answers, "y").longs())
                        : toDoubles(TestPipeline.tensor(answers, "y").floats());
                    shapeOfY = TestPipeline.tensor(answers, "y").shape();
                }
            });
            return answers;
        }
    }

    private double[] values = {};
    private Shape shapeOfY = Shape.SCALAR;

    private static double[] toDoubles(float[] floats) {
        var doubles = new double[floats.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }

    private static double[] toDoubles(long[] longs) {
        return Arrays.stream(longs).asDoubleStream().toArray();
    }

    @Test
    void softmaxAddsUpToOne() throws IOException {
        run("postprocess: [softmax]", SCORES, 1, 4);
        // e^x / (e + e^3 + e^2 + 1), by hand.
        assertArrayEquals(new double[] {0.0871443, 0.6439143, 0.2368828, 0.0320586}, values, 1e-6);
        run("postprocess: [softmax]", new float[] {1000, 1000, Float.NEGATIVE_INFINITY}, 1, 3);
        assertArrayEquals(new double[] {0.5, 0.5, 0}, values, 1e-7);
        run("postprocess: [softmax: {axis: 1}]", new float[] {0, 5, 0, 5}, 1, 2, 2);
        assertArrayEquals(new double[] {0.5, 0.5, 0.5, 0.5}, values, 1e-7);
    }

    @Test
    void sigmoidL2AndArgmax() throws IOException {
        run("postprocess: [sigmoid]", new float[] {0, 2, -2, 100}, 1, 4);
        assertArrayEquals(new double[] {0.5, 0.8807971, 0.1192029, 1}, values, 1e-6);
        run("postprocess: [l2]", new float[] {3, 4, 0, 0}, 2, 2);
        assertArrayEquals(new double[] {0.6, 0.8, 0, 0}, values, 1e-7);
        run("postprocess: [argmax]", new float[] {Float.NaN, 3, 3, 1, 2, 9}, 2, 3);
        assertArrayEquals(new double[] {1, 2}, values);
        run("postprocess: [argmax: {axis: 1}]", new float[] {1, 9, 5, 2, 3, 3}, 1, 2, 3);
        assertArrayEquals(new double[] {1, 0, 0}, values);
        assertEquals(Shape.of(1, 3), shapeOfY);
    }

    private static List<String> labels(Answer answer) {
        return ((Answer.Labels) answer).scores().stream().map(Answer.Labels.Score::label).toList();
    }

    @Test
    void topKHasLabelsOfAListAFileOrTheMetadata() throws IOException {
        assertEquals(List.of("1", "2"), labels(run("postprocess: [top_k: 2]", SCORES, 1, 4).get("labels")));
        assertEquals(List.of("b", "c", "a", "d"),
            labels(run("postprocess: [top_k: {labels: [a, b, c, d]}]", SCORES, 1, 4).get("labels")));
        Files.writeString(folder.resolve("names.txt"), "a\r\nb b\r\nc\r\nd\r\n");
        assertEquals(List.of("b b"),
            labels(run("postprocess: [top_k: {k: 1, labels: names.txt, as: best}]", SCORES, 1, 4).get("best")));
        Files.writeString(folder.resolve("names.json"), "[\"a\", \"b\\u00e9\", \"c\", \"d\"]");
        assertEquals(List.of("b\u00E9", "c"),
            labels(run("postprocess: [top_k: {min: 1.5, labels: names.json}]", SCORES, 1, 4).get("labels")));
        var model = TestPipeline.identity("batch", 4).metadata("names", "{0: 'a', 1: \"b's\", 3: 'd', 2: 'c'}");
        try (var pipeline = TestPipeline.of(folder, model, "postprocess: [top_k: {k: 3, labels_from: names}]")) {
            assertEquals(List.of("b's", "c", "a"), labels(pipeline.run("x", SCORES, 1, 4).get("labels")));
        }
    }

    @Test
    void thresholdGivesAllThatReachItAndNoneIsAnAnswer() throws IOException {
        assertEquals(List.of("1", "2"), labels(run("postprocess: [threshold: 2]", SCORES, 1, 4).get("labels")));
        assertEquals(List.of(), labels(run("postprocess: [threshold: {min: 9}]", SCORES, 1, 4).get("labels")));
    }

    @Test
    void severalRowsOfOneItemAreSeveralAnswers() throws IOException {
        var many = (Answer.Many) run("postprocess: [top_k: 1]", new float[] {1, 0, 0, 1, 5, 6}, 3, 2).get("labels");
        assertEquals(List.of(List.of("0"), List.of("1"), List.of("1")), many.answers().stream()
            .map(OutputStepsTest::labels).toList());
    }

    @Test
    void rowsOfABatchGoToTheirItems() throws IOException {
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity("batch", 2), "postprocess: [softmax, top_k: 1]")) {
            var outcomes = pipeline.model().run(pipeline.arena, List.of(
                Map.of("x", pipeline.numbers(new float[] {0, 9}, 1, 2)),
                Map.of("x", pipeline.numbers(new float[] {9, 0}, 1, 2)))).outcomes();
            assertEquals(List.of("1"), labels(outcomes.get(0).answers().get("labels")));
            assertEquals(List.of("0"), labels(outcomes.get(1).answers().get("labels")));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        [softmax: {output: z}]             | reads 'z', which neither the model nor
        [softmax: {axis: 5}]               | has no axis 5
        [top_k: {labels: [a, b]}]          | there are 2 labels; the model has 4 classes
        [top_k: {labels: nowhere.txt}]     | cannot read
        [top_k: {labels_from: names}]      | no labels under 'names'
        [top_k: {labels: [a], labels_from: b}] | not both
        [top_k: 0]                         | expected a whole number
        [top_k: 1, softmax: {output: y}]   | reads 'y'
        [threshold: {limit: 1}]            | unknown key "limit"
        [tokenize]                         | tokenize is not a step of postprocess
        [sofmax]                           | did you mean "softmax"
        """)
    void whatDoesNotFitTheModelIsAnErrorOfTheGpuxfile(String steps, String expected) {
        var error = assertThrows(GpuxfileException.class, () -> run("postprocess: " + steps, SCORES, 1, 4));
        assertTrue(error.getMessage().contains("GPUXfile:2:"), error.getMessage());
        assertTrue(error.getMessage().contains(expected), error.getMessage());
    }

    @Test
    void manyInputsThatDoNotBatchSaySo() throws IOException {
        var sum = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "batch", 2)
            .node("ReduceSum", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT);
        try (var pipeline = TestPipeline.of(folder, sum, "")) {
            var items = List.of(Map.of("x", pipeline.numbers(new float[2], 1, 2)),
                Map.of("x", pipeline.numbers(new float[2], 1, 2)));
            assertThrows(PipelineException.class, () -> pipeline.model().run(pipeline.arena, items));
        }
    }
}
