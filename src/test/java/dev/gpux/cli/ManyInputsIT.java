package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux run} on NDJSON and on folders: one line for each set of inputs, in order, nothing lost. */
class ManyInputsIT {
    private static final int INVALID = 3;
    private static final int MANY = 100_000;

    @TempDir
    Path folder;
    private String model;

    @BeforeEach
    void buildModel() throws IOException {
        var twice = ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, "n", 2)
            .node("Add", List.of("x", "x"), List.of("twice")).output("twice", OnnxDataType.FLOAT, "n", 2).build();
        var file = folder.resolve("twice.onnx");
        OnnxWriter.write(twice, file);
        model = file.toString();
    }

    private static String answer(int line, int... numbers) {
        return "{\"line\":" + line + ",\"outputs\":{\"twice\":{\"dtype\":\"float32\",\"shape\":[1,2],\"data\":["
            + numbers[0] + ".0," + numbers[1] + ".0]}}}";
    }

    @Test
    void answersEachLineInItsPlaceAndCountsBlankOnes() {
        var result = new GpuxProcess("run", model, "-i", "-").reading("""
            {"x": [[1, 2]]}

            {"x": [[3, 4]]}""").run();
        assertEquals(0, result.code(), result::toString);
        assertEquals(List.of(answer(1, 2, 4), answer(3, 6, 8)), result.out().lines().toList());
        assertEquals("", result.err());
    }

    @Test
    void badLinesKeepTheirPlaceAndTheirNumber() {
        for (var batch : List.of("1", "4", "64")) {
            var result = new GpuxProcess("run", model, "-i", "-", "--batch", batch).reading("""
                {"x": [[1, 2]]}
                {"x": [[1, 2, 3]]}
                {"x": [[1,
                {"y": 1}
                [1]
                {"x": [["a", 1]]}
                {}
                {"x": [[3, 4]]}
                """).run();
            assertEquals(INVALID, result.code(), result::toString);
            var lines = result.out().lines().toList();
            assertEquals(8, lines.size(), result::toString);
            assertEquals(answer(1, 2, 4), lines.getFirst());
            assertEquals(answer(8, 6, 8), lines.getLast());
            for (int line = 2; line < 8; line++) {
                assertTrue(lines.get(line - 1).startsWith("{\"line\":" + line + ",\"error\":\""), result::toString);
                assertTrue(result.err().contains("gpux: line " + line + ": "), result::toString);
            }
            assertTrue(result.err().contains("6 of 8 inputs failed"), result::toString);
        }
    }

    @Test
    void stopsAtTheFirstBadLineWhenAsked() {
        var result = new GpuxProcess("run", model, "-i", "-", "--on-error", "fail").reading("""
            {"x": [[1, 2]]}
            nonsense
            {"x": [[3, 4]]}
            """).run();
        assertEquals(INVALID, result.code(), result::toString);
        assertEquals(List.of(answer(1, 2, 4)), result.out().lines().toList());
        assertTrue(result.err().startsWith("gpux: line 2: "), result::toString);
    }

    @Test
    void batchesOfUnequalRowsRunOneByOne() throws IOException {
        var any = ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, "n", "m")
            .node("Neg", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT, "n", "m").build();
        var file = folder.resolve("any.onnx");
        OnnxWriter.write(any, file);
        var result = new GpuxProcess("run", file.toString(), "-i", "-", "--batch", "2").reading("""
            {"x": [[1, 2]]}
            {"x": [[1, 2, 3]]}
            """).run();
        assertEquals(0, result.code(), result::toString);
        assertTrue(result.out().contains("[1,2],\"data\":[-1.0,-2.0]"), result::toString);
        assertTrue(result.out().contains("[1,3],\"data\":[-1.0,-2.0,-3.0]"), result::toString);
    }

    @Test
    void readsAndWritesFiles() throws IOException {
        var in = Files.writeString(folder.resolve("in.jsonl"), "\uFEFF{\"x\": [[1, 2]]}\r\n{\"x\": [[5, 6]]}\r\n");
        var out = folder.resolve("out.ndjson");
        var result = GpuxProcess.gpux("run", model, "-i", "@" + in, "-o", out.toString());
        assertEquals(0, result.code(), result::toString);
        assertEquals("", result.out());
        assertEquals(List.of(answer(1, 2, 4), answer(2, 10, 12)), Files.readAllLines(out));
    }

    @Test
    void takesTheFilesOfAFolderInTheOrderOfTheirNames() throws IOException {
        var files = Files.createDirectory(folder.resolve("inputs"));
        Files.writeString(files.resolve("b.json"), "[[3, 4]]");
        Files.writeString(files.resolve("a.json"), "[[1, 2]]");
        Files.writeString(files.resolve("c.json"), "[[1, ");
        Files.writeString(files.resolve(".hidden"), "");
        var result = GpuxProcess.gpux("run", model, "-i", "x=@" + files + "/");
        assertEquals(INVALID, result.code(), result::toString);
        var lines = result.out().lines().toList();
        assertEquals(3, lines.size(), result::toString);
        assertTrue(lines.get(0).contains("a.json\",\"outputs\"") && lines.get(0).contains("[2.0,4.0]"), lines.get(0));
        assertTrue(lines.get(1).contains("b.json\",\"outputs\"") && lines.get(1).contains("[6.0,8.0]"), lines.get(1));
        assertTrue(lines.get(2).contains("c.json\",\"error\""), lines.get(2));
    }

    @Test
    void otherInputsHoldForEachLine() throws IOException {
        var sum = ModelBuilder.create().irVersion(8).opset(17).input("a", OnnxDataType.FLOAT, 1)
            .input("b", OnnxDataType.FLOAT, 1).node("Add", List.of("a", "b"), List.of("sum"))
            .output("sum", OnnxDataType.FLOAT, 1).build();
        var file = folder.resolve("sum.onnx");
        OnnxWriter.write(sum, file);
        var result = new GpuxProcess("run", file.toString(), "-i", "b=[10]", "-i", "-")
            .reading("{\"a\": [1]}\n{\"a\": [2], \"b\": [20]}\n").run();
        assertEquals(0, result.code(), result::toString);
        assertTrue(result.out().contains("\"data\":[11.0]"), result::toString);
        assertTrue(result.out().contains("\"data\":[22.0]"), result::toString);
    }

    @Test
    void saysWhatIsWrongWithTheArguments() {
        var two = GpuxProcess.gpux("run", model, "-i", "-", "-i", "@x.ndjson");
        assertEquals(2, two.code(), two::toString);
        assertTrue(two.err().contains("one -i may stand for many"), two::toString);
        var output = GpuxProcess.gpux("run", model, "-i", "-", "-o", "x.npy");
        assertEquals(2, output.code(), output::toString);
        assertTrue(output.err().contains(".ndjson"), output::toString);
        var missing = GpuxProcess.gpux("run", model, "-i", "@nowhere.ndjson");
        assertEquals(INVALID, missing.code(), missing::toString);
        assertTrue(missing.err().contains("there is no file nowhere.ndjson"), missing::toString);
    }

    /** More than fits the heap at once, with bad lines in between. */
    @Test
    void manyLinesKeepOrderAndCountInASmallHeap() throws IOException {
        var in = folder.resolve("many.ndjson");
        try (var lines = Files.newBufferedWriter(in)) {
            var padding = " ".repeat(1000);
            for (int i = 1; i <= MANY; i++) {
                lines.write(i % 1000 == 0 ? "{broken\n" : "{\"x\": [[" + i + ", 0]]" + padding + "}\n");
            }
        }
        var out = folder.resolve("out.ndjson");
        var result = new GpuxProcess("run", model, "-i", "@" + in, "--batch", "16", "-o", out.toString())
            .with("JDK_JAVA_OPTIONS", "-Xmx48m").run();
        assertEquals(INVALID, result.code(), result::toString);
        var answers = Files.readAllLines(out);
        assertEquals(MANY, answers.size());
        for (int i = 1; i <= MANY; i++) {
            var answer = answers.get(i - 1);
            if (i % 1000 == 0) {
                assertTrue(answer.startsWith("{\"line\":" + i + ",\"error\":"), answer);
            } else {
                assertTrue(answer.startsWith("{\"line\":" + i + ",\"outputs\":"), answer);
                assertEquals(2f * i, Float.parseFloat(answer.substring(answer.indexOf("\"data\":[") + 8,
                    answer.lastIndexOf(','))), answer);
            }
        }
        assertFalse(result.err().contains("\u001b"), "no progress bar into a pipe");
    }
}
