package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.Tensor;
import dev.gpux.onnx.WeightPlacement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A store of its own for a test, and projects to build. */
final class StoreFolder {
    private final Path folder;

    StoreFolder(Path folder) {
        this.folder = folder;
    }

    Path home() {
        return folder.resolve("home");
    }

    /** A process with this store. */
    GpuxProcess process(String... arguments) {
        return new GpuxProcess(arguments).with("GPUX_HOME", home().toString()).in(folder);
    }

    GpuxProcess.Result gpux(String... arguments) {
        return process(arguments).run();
    }

    /** As {@link #gpux}, and it must go well. */
    GpuxProcess.Result fine(String... arguments) {
        var result = gpux(arguments);
        assertEquals(0, result.code(), result::toString);
        return result;
    }

    /** A process that must fail with a code and say some words. */
    void fails(int code, List<String> words, String... arguments) {
        requireFailure(gpux(arguments), code, words);
    }

    static void requireFailure(GpuxProcess.Result result, int code, List<String> words) {
        assertEquals(code, result.code(), result::toString);
        assertEquals("", result.out(), result::toString);
        for (var word : words) {
            assertTrue(result.err().contains(word), () -> "expected \"" + word + "\"\n" + result);
        }
        assertTrue(!result.err().contains("\tat ") && !result.err().contains("an error of GPUX itself"),
            result::toString);
    }

    /** A project whose model adds {@code number}, with a golden test. */
    Path project(String name, String version, float number) throws IOException {
        var project = Files.createDirectories(folder.resolve(name + "-" + version));
        writeAdd(project.resolve("add.onnx"), number, "");
        Files.writeString(project.resolve("GPUXfile"), """
            name: %s
            version: "%s"
            model: add.onnx
            tests:
              - {name: adds, input: {x: [[1]]}, expect: {y: [%s]}}
            """.formatted(name, version, 1 + number));
        return project;
    }

    /** A model that adds a number; its weight in a file of its own if that has a name. */
    static void writeAdd(Path file, float number, String weights) throws IOException {
        writeAdd(file, number, weights, 0);
    }

    /** The same, longer by so many bytes. */
    static void writeAdd(Path file, float number, String weights, int padding) throws IOException {
        var model = ModelBuilder.create().irVersion(8).opset(17).docString("x".repeat(padding)).input("x", OnnxDataType.FLOAT, "n", 1)
            .initializer(Tensor.ofFloats("w", new long[] {1}, number)).node("Add", List.of("x", "w"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "n", 1).build();
        OnnxWriter.write(model, file, weights.isEmpty() ? WeightPlacement.INLINE
            : new WeightPlacement.SideFile(weights, 0));
    }

    /** The names that the list shows, as {@code name:tag}. */
    List<String> names() {
        var lines = fine("list").out().lines().skip(1).map(line -> line.split(" +")).toList();
        return lines.stream().map(words -> words[0] + ":" + words[1]).toList();
    }

    List<Path> files(String part) throws IOException {
        var path = home().resolve(part);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (var files = Files.list(path)) {
            return files.toList();
        }
    }
}
