package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.Property;
import dev.gpux.onnx.Tensor;
import dev.gpux.onnx.WeightPlacement;
import dev.gpux.store.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux build}. */
class BuildIT {
    private static final int USAGE = 2;
    private static final int INVALID = 3;
    private static final int CHECK_FAILED = 5;

    @TempDir
    Path folder;
    private StoreFolder store;

    @BeforeEach
    void store() {
        store = new StoreFolder(folder);
    }

    private static Path models() {
        return Path.of(System.getProperty("gpux.models", "models")).toAbsolutePath();
    }

    @Test
    void theRootExampleRunsFromAnywhereOnceItIsBuilt() throws IOException {
        var project = Files.createDirectories(folder.resolve("project"));
        Files.copy(Path.of("GPUXfile"), project.resolve("GPUXfile"));
        Files.createDirectories(project.resolve("models"));
        for (var file : List.of("all-minilm-l6-v2-q.onnx", "all-minilm-l6-v2-q-tokenizer.json")) {
            Files.copy(models().resolve(file), project.resolve("models").resolve(file));
        }
        var build = store.process("build").in(project).run();
        assertEquals(0, build.code(), build::toString);
        assertTrue(build.out().matches("sentence-embedding:1.0.0  ([0-9a-f]{12})\nsentence-embedding:latest  \\1\n"),
            build::toString);
        assertTrue(build.err().contains("1 golden test passed"), build::toString);
        assertTrue(build.err().matches("(?s).*runs on cpu, \\d+\\.\\d\\d ms a run \\(median of \\d+\\).*"),
            build::toString);
        Files.move(project, folder.resolve("gone"));
        var run = store.fine("run", "sentence-embedding:1.0.0", "-i", "text=hello world", "--json");
        assertEquals(384, RunIT.numbers(run.out(), "embedding").size());
    }

    @Test
    void theLockSaysWhatWasBuiltAndHow() throws IOException {
        var project = store.project("add", "1.0", 1);
        store.fine("build", project.toString());
        var lock = Files.readString(project.resolve("gpux.lock"));
        for (var part : List.of("\"lock\" : 1", "\"name\" : \"add\"", "\"bundle\" : \"sha256:", "\"gpuxfile\" : \"sha256:",
            "\"path\" : \"add.onnx\"", "\"source\" : \"add.onnx\"", "\"digest\" : \"sha256:", "\"gpux\" : \"",
            "\"onnxruntime\" : \"1.", "\"provider\" : \"cpu\"", "\"device\" : \"", "\"tests\" : 1", "\"median\" : ")) {
            assertTrue(lock.contains(part), () -> part + " in\n" + lock);
        }
    }

    @Test
    void aSecondBuildOfTheSameIsNone() throws IOException {
        var project = store.project("add", "1.0", 1);
        var first = store.fine("build", project.toString());
        var time = Files.getLastModifiedTime(project.resolve("gpux.lock"));
        var second = store.fine("build", project.toString());
        assertEquals(first.out(), second.out());
        assertTrue(second.err().contains("unchanged"), second::toString);
        assertEquals(time, Files.getLastModifiedTime(project.resolve("gpux.lock")));
        assertTrue(store.fine("build", project.toString(), "--json").out().contains("\"unchanged\":true"));

        store.fine("rm", "add", "--all-tags");
        var removed = store.fine("build", project.toString());
        assertFalse(removed.err().contains("unchanged"), removed::toString);
        var named = store.fine("build", project.toString(), "-t", "sum:2");
        assertTrue(named.out().startsWith("sum:2  ") && named.err().contains("unchanged"), named::toString);

        StoreFolder.writeAdd(project.resolve("add.onnx"), 5, "");
        assertEquals(CHECK_FAILED, store.gpux("build", project.toString()).code());
        Files.writeString(project.resolve("GPUXfile"), "name: add\nmodel: add.onnx\n");
        var changed = store.fine("build", project.toString());
        assertFalse(changed.err().contains("unchanged"), changed::toString);
        assertNotEquals(first.out(), changed.out());
        Files.writeString(project.resolve("gpux.lock"), "{\"lock\": 1, \"files\": [[[1]], {\"a\"");
        assertFalse(store.fine("build", project.toString()).err().contains("unchanged"));
    }

    @Test
    void anOptimisedModelIsStoredAndTheSourceStaysAsItIs() throws IOException {
        var project = store.project("add", "1.0", 1);
        Files.copy(models().resolve("cnn_mnist.onnx"), project.resolve("add.onnx"), StandardCopyOption.REPLACE_EXISTING);
        var before = Files.readAllBytes(project.resolve("add.onnx"));
        Files.writeString(project.resolve("GPUXfile"), "name: digits\nmodel: {source: add.onnx, sha256: "
            + Digest.of(before).hex() + "}\n");
        var plain = store.fine("build", project.toString());
        var optimized = store.fine("build", project.toString(), "--optimize", "extended");
        assertNotEquals(plain.out(), optimized.out());
        assertArrayEquals(before, Files.readAllBytes(project.resolve("add.onnx")));
        assertTrue(store.fine("build", project.toString(), "--optimize", "extended").err().contains("unchanged"));
        var stored = store.fine("inspect", "digits", "--json").out();
        var original = store.fine("inspect", project.resolve("add.onnx").toString(), "--json").out();
        assertFalse(original.contains("FusedGemm"), original);
        assertTrue(stored.contains("FusedGemm"), stored);
        store.fine("optimize", project.resolve("add.onnx").toString(), "-o", project.resolve("add.ort").toString());
        store.fails(USAGE, List.of("add.ort is in ORT format"), "build", project.resolve("add.ort").toString(),
            "--optimize", "basic");
        store.fails(USAGE, List.of("--optimize takes basic, extended or all, not 'more'"), "build", project.toString(),
            "--optimize", "more");
    }

    @Test
    void aGoldenTestThatFailsStopsTheBuild() throws IOException {
        var project = store.project("add", "1.0", 1);
        Files.writeString(project.resolve("GPUXfile"), """
            name: add
            model: add.onnx
            tests:
              - {name: right, input: {x: [[1]]}, expect: {y: [2]}}
              - {name: wrong, input: {x: [[1]]}, expect: {y: [3]}}
            """);
        store.fails(CHECK_FAILED, List.of("the test 'wrong' (", "GPUXfile:5:", "y[0]: 2.0, expected 3"), "build",
            project.toString());
        var json = store.gpux("build", project.toString(), "--json");
        assertEquals(CHECK_FAILED, json.code());
        assertTrue(json.out().startsWith("{\"passed\":false,\"tests\":[{\"name\":\"right\",\"passed\":true"), json::toString);
        assertEquals(List.of(), store.names());
        assertFalse(Files.exists(project.resolve("gpux.lock")));
    }

    @Test
    void whatDoesNotFitTheModelStopsTheBuild() throws IOException {
        var project = store.project("add", "1.0", 1);
        Files.writeString(project.resolve("GPUXfile"), "name: add\nmodel: add.onnx\npostprocess:\n  - pool: {}\n");
        store.fails(INVALID, List.of("GPUXfile:4:", "pool"), "build", project.toString());
        Files.writeString(project.resolve("GPUXfile"),
            "name: add\nmodel: add.onnx\ntests:\n  - {input: {z: 1}, expect: {y: [1]}}\n");
        store.fails(INVALID, List.of("GPUXfile:4:", "no input is named \"z\""), "build", project.toString());
        Files.writeString(project.resolve("GPUXfile"), "name: add\nmodel: other.onnx\n");
        store.fails(INVALID, List.of("there is no model file", "other.onnx"), "build", project.toString());
        assertFalse(Files.exists(store.home().resolve("tags")));
    }

    @Test
    void externalDataGoAlongAndMustLieBesideTheModel() throws IOException {
        var project = store.project("add", "1.0", 1);
        StoreFolder.writeAdd(project.resolve("add.onnx"), 1, "add.onnx.data");
        store.fine("build", project.toString());
        Files.delete(project.resolve("add.onnx.data"));
        assertTrue(store.fine("run", "add", "-i", "x=[[1]]", "--json").out().contains("[2.0]"));

        Files.write(folder.resolve("secret"), new byte[4]);
        var model = ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, "n", 1)
            .initializer(Tensor.ofExternal("w", OnnxDataType.FLOAT, new long[] {1},
                List.of(new Property("location", "../secret"))))
            .node("Add", List.of("x", "w"), List.of("y")).output("y", OnnxDataType.FLOAT, "n", 1).build();
        OnnxWriter.write(model, project.resolve("add.onnx"), WeightPlacement.AS_REFERENCED);
        store.fails(INVALID, List.of("../secret", "is refused"), "build", project.toString());
    }

    @Test
    void aModelWithoutAGpuxfileIsBuiltUnderItsName() throws IOException {
        StoreFolder.writeAdd(folder.resolve("my add.onnx"), 4, "");
        assertTrue(store.fine("build", "my add.onnx").out().startsWith("my-add:latest  "));
        assertTrue(store.fine("build", "my add.onnx", "-t", "sum:1", "-t", "sum:best").out().matches(
            "sum:1  .*\nsum:best  .*\n"));
        assertTrue(store.fine("run", "sum:best", "-i", "x=[[1]]", "--json").out().contains("[5.0]"));
        assertFalse(Files.exists(folder.resolve("gpux.lock")));
    }

    @Test
    void whatIsInTheStoreIsNotBuiltAgain() throws IOException {
        store.fine("build", store.project("add", "1.0", 1).toString());
        store.fails(USAGE, List.of("in the store already"), "build", "add");
        store.fails(USAGE, List.of("is no name"), "build", folder.resolve("add-1.0").toString(), "-t", "a/b");
    }

    @Test
    void jsonHasTheLockAndTheNames() throws IOException {
        var json = store.fine("build", store.project("add", "1.0", 1).toString(), "--json");
        assertTrue(json.out().startsWith("{\"models\":[\"add:1.0\",\"add:latest\"],\"unchanged\":false,\"lock\":{\"lock\":1,"),
            json::toString);
        assertEquals(1, json.out().lines().count());
    }
}
