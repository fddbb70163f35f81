package dev.gpux.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.PipelineException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine on the root example and on small models. */
class ModelTest {
    private static final Map<String, String> NO_VARIABLES = Map.of();
    /** A dynamically quantised model takes its ranges from the whole batch, so answers differ a little. */
    private static final double SAME = 0.97;

    @TempDir
    Path folder;

    @Test
    void aBatchOfTextsAnswersAsTheTextsOneByOne() {
        var texts = List.of("hello world", "a much longer sentence about cats, dogs and the weather", "");
        try (var model = Model.open(Gpuxfile.read(Path.of("GPUXfile")), OpenOptions.standard());
             var arena = Arena.ofConfined()) {
            var batch = model.run(arena, texts.stream().map(ModelTest::text).toList());
            assertEquals(texts.size(), batch.outcomes().size());
            for (int i = 0; i < texts.size(); i++) {
                var together = embedding(batch.outcomes().get(i));
                var alone = embedding(model.run(arena, text(texts.get(i))).outcomes().getFirst());
                assertEquals(Shape.of(384), together.shape());
                assertTrue(cosine(alone.floats(), together.floats()) >= SAME, texts.get(i));
            }
        }
    }

    @Test
    void joinsTensorsAlongTheBatchDimensionAndTakesThemApart() throws IOException {
        try (var model = Model.open(gpuxfile("model: twice.onnx"), OpenOptions.standard());
             var arena = Arena.ofConfined()) {
            var items = List.of(numbers(arena, 1, 2), numbers(arena, 3, 4));
            var outcomes = model.run(arena, items).outcomes();
            assertArrayEquals(new float[] {2, 4}, tensor(outcomes.get(0), "y").floats());
            assertArrayEquals(new float[] {6, 8}, tensor(outcomes.get(1), "y").floats());
            assertEquals(Shape.of(1, 2), tensor(outcomes.get(1), "y").shape());
        }
    }

    @Test
    void saysWhatIsMissingAndWhatIsUnknown() throws IOException {
        try (var model = Model.open(gpuxfile("model: twice.onnx"), OpenOptions.standard());
             var arena = Arena.ofConfined()) {
            var missing = assertThrows(PipelineException.class, () -> model.run(arena, Map.of()));
            assertTrue(missing.getMessage().contains("input 'x: float32[n, 2]' is missing"), missing.getMessage());
            var item = Map.<String, Input>of("x", numbers(arena, 1, 2).get("x"), "z", new Input.Text("?"));
            var unknown = assertThrows(PipelineException.class, () -> model.run(arena, item));
            assertTrue(unknown.getMessage().contains("no input is named 'z'"), unknown.getMessage());
            var text = assertThrows(PipelineException.class, () -> model.run(arena, Map.of("x", new Input.Text("1"))));
            assertTrue(text.getMessage().contains("takes numbers"), text.getMessage());
        }
    }

    @Test
    void reportsEveryWrongStepWithItsPlace() throws IOException {
        var file = gpuxfile("""
            model: twice.onnx
            preprocess:
              - tokenise: {}
              - tokenize: {input: text}
            postprocess:
              - pool: {output: y, mode: median}
              - pool: {output: nothing, modd: mean}
            """);
        var e = assertThrows(GpuxfileException.class, () -> Model.open(file, OpenOptions.standard()));
        var problems = e.problems().stream().map(Object::toString).toList();
        for (var part : List.of("GPUXfile:3:", "did you mean \"tokenize\"", "GPUXfile:4:", "needs a tokenizer",
            "GPUXfile:6:", "one of mean, max, cls", "GPUXfile:7:", "modd")) {
            assertTrue(problems.stream().anyMatch(problem -> problem.contains(part)),
                () -> "expected " + part + " in\n" + String.join("\n", problems));
        }
    }

    @Test
    void refusesAnInputThatNothingReads() throws IOException {
        var file = gpuxfile("model: twice.onnx\ninputs: {picture: image}\n");
        var e = assertThrows(ModelException.class, () -> Model.open(file, OpenOptions.standard()));
        assertTrue(e.getMessage().contains("nothing reads the input 'picture'"), e.getMessage());
    }

    @Test
    void refusesAModelThatItsDigestDoesNotDescribe() throws IOException {
        var file = gpuxfile("model: {source: twice.onnx, sha256: \"" + "ab".repeat(32) + "\"}\n");
        var e = assertThrows(ModelException.class, () -> Model.open(file, OpenOptions.standard()));
        assertTrue(e.getMessage().contains("SHA-256"), e.getMessage());
        var digest = ModelFile.sha256(folder.resolve("twice.onnx"));
        Model.open(gpuxfile("model: {source: twice.onnx, sha256: \"" + digest + "\"}\n"), OpenOptions.standard())
            .close();
    }

    private Gpuxfile gpuxfile(String text) throws IOException {
        var twice = ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, "n", 2)
            .node("Add", List.of("x", "x"), List.of("y")).output("y", OnnxDataType.FLOAT, "n", 2).build();
        OnnxWriter.write(twice, folder.resolve("twice.onnx"));
        var file = Files.writeString(folder.resolve("GPUXfile"), text);
        return Gpuxfile.read(file, NO_VARIABLES);
    }

    private static Map<String, Input> text(String text) {
        return Map.of("text", new Input.Text(text));
    }

    private static Map<String, Input> numbers(Arena arena, float... numbers) {
        return Map.of("x", new Input.Numbers(Tensor.of(arena, numbers, 1, numbers.length)));
    }

    private static double cosine(float[] a, float[] b) {
        double cosine = 0;
        for (int i = 0; i < a.length; i++) {
            cosine += a[i] * b[i];
        }
        return cosine;
    }

    private static Tensor embedding(Outcome outcome) {
        return tensor(outcome, "embedding");
    }

    private static Tensor tensor(Outcome outcome, String name) {
        return (Tensor) ((Answer.Numbers) outcome.answers().get(name)).value();
    }
}
