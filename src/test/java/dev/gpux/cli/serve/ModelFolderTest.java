package dev.gpux.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.ModelException;
import dev.gpux.server.model.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layouts of {@code --model-dir}; whether such a model can be opened is another matter. */
class ModelFolderTest {
    @TempDir
    private Path temporary;

    private Path models;

    @BeforeEach
    void makeFolder() throws IOException {
        models = Files.createDirectories(temporary.resolve("mnt/models"));
    }

    private void file(String path) throws IOException {
        var file = models.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, path.endsWith("GPUXfile") ? "name: " + "from-gpuxfile\nmodel: {source: m.onnx}\n" : "");
    }

    private static List<String> names(List<Source> sources) {
        return sources.stream().map(source -> source.gpuxfile().get())
            .map(gpuxfile -> gpuxfile.name() + gpuxfile.version().map(version -> ":" + version).orElse("")).toList();
    }

    private List<String> names() throws IOException {
        return names(ModelFolder.of(models));
    }

    @Test
    void aGpuxfileDecidesWhatElseIsThere() throws IOException {
        file("GPUXfile");
        file("m.onnx");
        file("other/model.onnx");
        assertEquals(List.of("from-gpuxfile"), names());
        assertEquals(List.of("service"), names(ModelFolder.renamed(ModelFolder.of(models), "service")));
    }

    @Test
    void modelFilesAreModels() throws IOException {
        file("b.onnx");
        file("a.ort");
        file("weights.bin");
        file(".hidden.onnx");
        assertEquals(List.of("a", "b"), names());
        var failure = assertThrows(UsageException.class, () -> ModelFolder.renamed(ModelFolder.of(models), "service"));
        assertTrue(failure.getMessage().contains("there are 2"), failure::getMessage);
    }

    @Test
    void numbersAreVersions() throws IOException {
        file("1/model.onnx");
        file("12/model.onnx");
        file("docs/readme.txt");
        assertEquals(List.of("models:1", "models:12"), names());
        assertEquals(List.of("service:1", "service:12"), names(ModelFolder.renamed(ModelFolder.of(models), "service")));
    }

    @Test
    void foldersAreModelsWithAnyOfThese() throws IOException {
        file("bare/model.onnx");
        file("written/GPUXfile");
        file("versions/3/model.onnx");
        file("two/a.onnx");
        file("two/b.onnx");
        file("lost+found/nothing.txt");
        file("..data/model.onnx");
        assertEquals(List.of("bare", "a", "b", "versions:3", "from-gpuxfile"), names());
    }

    @Test
    void aLinkToAFolderCounts() throws IOException {
        file("..data/model.onnx");
        Files.createSymbolicLink(models.resolve("linked"), models.resolve("..data"));
        assertEquals(List.of("linked"), names());
    }

    @Test
    void nothingIsAnErrorThatSaysWhatWasExpected() {
        var failure = assertThrows(ModelException.class, () -> ModelFolder.of(models));
        assertTrue(failure.getMessage().contains("expected a GPUXfile, .onnx"), failure::getMessage);
        assertThrows(ModelException.class, () -> ModelFolder.of(models.resolve("missing")));
    }

    @Test
    void aVersionHasOneModel() throws IOException {
        file("1/a.onnx");
        file("1/b.onnx");
        var failure = assertThrows(ModelException.class, () -> ModelFolder.of(models));
        assertTrue(failure.getMessage().contains("2 model files"), failure::getMessage);
    }
}
