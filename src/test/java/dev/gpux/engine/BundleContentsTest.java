package dev.gpux.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.Property;
import dev.gpux.onnx.WeightPlacement;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import dev.gpux.tensorio.TensorFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes into a bundle runs from there, whatever becomes of the files it was made from. */
class BundleContentsTest {
    private static final Path MODELS = Path.of(System.getProperty("gpux.models", "models"));
    private static final Path TOKENIZER = MODELS.resolve("all-minilm-l6-v2-q-tokenizer.json");
    private static final Path MINILM = MODELS.resolve("all-minilm-l6-v2-q.onnx");

    @TempDir
    Path temporary;
    private Path project;
    private Path elsewhere;

    @BeforeEach
    void folders() throws IOException {
        project = Files.createDirectories(temporary.resolve("project"));
        elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
    }

    private static void writeAdd(Path file, String weights) throws IOException {
        var data = dev.gpux.onnx.Tensor.ofFloats("w", new long[] {2}, 10, 20);
        var model = ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, "n", 2)
            .initializer(data).node("Add", List.of("x", "w"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "n", 2).build();
        OnnxWriter.write(model, file, weights.isEmpty() ? WeightPlacement.INLINE
            : new WeightPlacement.SideFile(weights, 0));
    }

    private BundleContents contents(String gpuxfile, Map<String, String> environment) throws IOException {
        var file = Files.writeString(project.resolve("GPUXfile"), gpuxfile);
        return contents(Gpuxfile.parse(gpuxfile, file, environment), Optional.of(gpuxfile));
    }

    private static BundleContents contents(Gpuxfile gpuxfile, Optional<String> text) throws IOException {
        try (var model = Model.open(gpuxfile, OpenOptions.standard())) {
            return BundleContents.of(model, text);
        }
    }

    private static List<String> paths(BundleContents contents) {
        return contents.files().keySet().stream().map(Object::toString).toList();
    }

    /** Lays the bundle out in a folder of its own, as the store does. */
    private Gpuxfile unpack(BundleContents contents) throws IOException {
        var bundle = Files.createDirectories(temporary.resolve("bundle"));
        for (var file : contents.files().entrySet()) {
            var target = file.getKey().in(bundle);
            Files.createDirectories(target.getParent());
            Files.copy(file.getValue(), target);
        }
        var gpuxfile = contents.gpuxfilePath().in(bundle);
        Files.writeString(gpuxfile, contents.gpuxfileText());
        Files.move(project, temporary.resolve("gone"));
        Files.move(elsewhere, temporary.resolve("gone-too"));
        return Gpuxfile.read(gpuxfile, Map.of());
    }

    private static float[] run(Gpuxfile gpuxfile) {
        try (var model = Model.open(gpuxfile, OpenOptions.standard()); var arena = Arena.ofConfined()) {
            var x = new Input.Numbers(Tensor.of(arena, new float[] {1, 2}, 1, 2));
            var answer = model.run(arena, Map.of("x", x)).outcomes().getFirst().answers().get("y");
            return ((Tensor) ((Answer.Numbers) answer).value()).floats();
        }
    }

    @Test
    void whatLiesBelowTheGpuxfileKeepsItsPlace() throws IOException {
        Files.createDirectories(project.resolve("models"));
        writeAdd(project.resolve("models/add.onnx"), "");
        var text = "# mine\nname: add\nmodel: models/add.onnx # here\n";
        var contents = contents(text, Map.of());
        assertEquals(List.of("models/add.onnx"), paths(contents));
        assertEquals(text, contents.gpuxfileText());
        assertEquals("GPUXfile", contents.gpuxfilePath().text());
        assertArrayEquals(new float[] {11, 22}, run(unpack(contents)));
    }

    @Test
    void externalDataGoAlong() throws IOException {
        Files.createDirectories(project.resolve("models"));
        writeAdd(project.resolve("models/add.onnx"), "add.onnx.data");
        var contents = contents("name: add\nmodel: models/add.onnx\n", Map.of());
        assertEquals(List.of("models/add.onnx", "models/add.onnx.data"), paths(contents));
        assertArrayEquals(new float[] {11, 22}, run(unpack(contents)));
    }

    @Test
    void whatLiesElsewhereGetsAPlace() throws IOException {
        writeAdd(elsewhere.resolve("add.onnx"), "add.onnx.data");
        var contents = contents("model: ../elsewhere/add.onnx\n", Map.of());
        assertEquals(List.of("files/add.onnx", "files/add.onnx.data"), paths(contents));
        var gpuxfile = unpack(contents);
        assertEquals("project", gpuxfile.name(), "a name that came from the folder stays");
        assertArrayEquals(new float[] {11, 22}, run(gpuxfile));
    }

    @Test
    void variablesInPathsAreSettled() throws IOException {
        writeAdd(elsewhere.resolve("add.onnx"), "");
        writeAdd(project.resolve("in.onnx"), "");
        var outside = contents("name: ${NAME:-add}\nmodel: {source: \"${FOLDER}/add.onnx\"}\n",
            Map.of("FOLDER", elsewhere.toString()));
        assertTrue(outside.gpuxfileText().contains("name: ${NAME:-add}"), outside.gpuxfileText());
        var inside = contents("name: add\nmodel: ${WHICH}.onnx\n", Map.of("WHICH", "in"));
        assertEquals("name: add\nmodel: \"in.onnx\"\n", inside.gpuxfileText());
        assertArrayEquals(new float[] {11, 22}, run(unpack(outside)));
    }

    @Test
    void aModelWithoutAGpuxfileGetsOne() throws IOException {
        var file = project.resolve("my model $1.onnx");
        writeAdd(file, "");
        var contents = contents(Gpuxfile.ofModel(file), Optional.empty());
        assertEquals(List.of("my model $1.onnx"), paths(contents));
        var gpuxfile = unpack(contents);
        assertEquals("my-model--1", gpuxfile.name());
        assertArrayEquals(new float[] {11, 22}, run(gpuxfile));
    }

    @Test
    void whatStepsReadGoesAlong() throws IOException {
        Files.copy(MINILM, elsewhere.resolve("m.onnx"));
        Files.copy(TOKENIZER, elsewhere.resolve("t.json"));
        var contents = contents("""
            name: embedding
            model: ../elsewhere/m.onnx
            inputs: {text: {type: text, default: hello world}}
            preprocess:
              - tokenize: {tokenizer: "%s/t.json"}  # outside
            postprocess:
              - pool: {normalize: l2}
            tests:
              - {input: {text: hello world}, expect: {embedding: [-0.0357, 0.0207, ...]}, tolerance: 0.02}
            """.formatted(elsewhere), Map.of());
        assertEquals(List.of("files/m.onnx", "files/t.json"), paths(contents));
        assertTrue(contents.gpuxfileText().contains("{tokenizer: \"files/t.json\"}  # outside"));
        try (var model = Model.open(unpack(contents), OpenOptions.standard())) {
            assertTrue(GoldenTests.run(model).getFirst().passed());
        }
    }

    @Test
    void filesOfOneNameDoNotMeet() throws IOException {
        writeAdd(elsewhere.resolve("x.bin"), "");
        try (var arena = Arena.ofConfined()) {
            Files.createDirectories(elsewhere.resolve("more"));
            TensorFiles.write(elsewhere.resolve("more/x.npy"), Map.of("x", Tensor.of(arena, new float[] {1, 2}, 1, 2)));
            Files.createDirectories(elsewhere.resolve("other"));
            TensorFiles.write(elsewhere.resolve("other/X.npy"), Map.of("x", Tensor.of(arena, new float[] {3, 4}, 1, 2)));
        }
        Files.move(elsewhere.resolve("x.bin"), elsewhere.resolve("add.onnx"));
        var contents = contents("""
            name: add
            model: ../elsewhere/add.onnx
            tests:
              - {input: {x: "@../elsewhere/more/x.npy"}, expect: {y: [11, 22]}}
              - {input: {x: "@../elsewhere/other/X.npy"}, expect: {y: [13, 24]}}
              - {input: {x: "@../elsewhere/more/x.npy"}, expect: {y: [11, 22]}}
            """, Map.of());
        assertEquals(List.of("files/add.onnx", "files/x.npy", "files/2/X.npy"), paths(contents));
        try (var model = Model.open(unpack(contents), OpenOptions.standard())) {
            assertTrue(GoldenTests.run(model).stream().allMatch(GoldenResult::passed));
        }
    }

    @Test
    void theAncestorsFileKeepsItsName() throws IOException {
        writeAdd(elsewhere.resolve("add.onnx"), "");
        var text = "name: add\nmodel:\n  source: ../elsewhere/add.onnx\n  format: onnx\nserving: {port: 9000}\n";
        var file = Files.writeString(project.resolve("gpux.yml"), text);
        var contents = contents(Gpuxfile.parse(text, file, Map.of()), Optional.of(text));
        assertEquals("gpux.yml", contents.gpuxfilePath().text());
        assertArrayEquals(new float[] {11, 22}, run(unpack(contents)));
    }

    @Test
    void externalDataThatLeadOutAreRefused() throws IOException {
        Files.write(elsewhere.resolve("secret"), new byte[8]);
        for (var location : List.of("../elsewhere/secret", elsewhere.resolve("secret").toString())) {
            var model = ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, "n", 2)
                .initializer(dev.gpux.onnx.Tensor.ofExternal("w", OnnxDataType.FLOAT, new long[] {2},
                    List.of(new Property("location", location))))
                .node("Add", List.of("x", "w"), List.of("y")).output("y", OnnxDataType.FLOAT, "n", 2).build();
            OnnxWriter.write(model, project.resolve("add.onnx"), WeightPlacement.AS_REFERENCED);
            var error = assertThrows(RuntimeException.class, () -> contents("name: a\nmodel: add.onnx\n", Map.of()));
            assertTrue(error instanceof OnnxFormatException || error instanceof ModelException, error.toString());
            assertFalse(error.getMessage().contains("\tat "), error.getMessage());
        }
    }

    @Test
    void aModelThatIsALinkIsFollowed() throws IOException {
        writeAdd(elsewhere.resolve("add.onnx"), "");
        Files.createSymbolicLink(project.resolve("model.onnx"), elsewhere.resolve("add.onnx"));
        var contents = contents("name: add\nmodel: model.onnx\n", Map.of());
        assertEquals(List.of("model.onnx"), paths(contents));
        assertArrayEquals(new float[] {11, 22}, run(unpack(contents)));
    }
}
