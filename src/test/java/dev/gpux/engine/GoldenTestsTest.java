package dev.gpux.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.Tensor;
import dev.gpux.tensorio.TensorFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden tests on real models: what passes, and what is said of what does not. */
class GoldenTestsTest {
    @TempDir
    Path folder;

    /** A model that gives back what it gets: {@code x} of this type, shape [n, 3]. */
    private List<GoldenResult> run(OnnxDataType type, String tests) throws IOException {
        var same = ModelBuilder.create().irVersion(8).opset(17).input("x", type, "n", 3)
            .node("Identity", List.of("x"), List.of("y")).output("y", type, "n", 3).build();
        OnnxWriter.write(same, folder.resolve("same.onnx"));
        return run("model: same.onnx\ntests:\n" + tests);
    }

    private List<GoldenResult> run(String gpuxfile) throws IOException {
        var file = Files.writeString(folder.resolve("GPUXfile"), gpuxfile);
        try (var model = Model.open(Gpuxfile.read(file, Map.of()), OpenOptions.standard())) {
            return GoldenTests.run(model);
        }
    }

    @Test
    void theRootExamplePasses() {
        try (var model = Model.open(Gpuxfile.read(Path.of("GPUXfile")), OpenOptions.standard())) {
            var results = GoldenTests.run(model);
            assertEquals(List.of("hello world"), results.stream().map(GoldenResult::name).toList());
            assertTrue(results.getFirst().passed(), results.toString());
            assertTrue(results.getFirst().timing().run() > 0);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "FLOAT; [[1, 2.5, -3]]; [1, 2.5, -3]; as it is",
        "FLOAT; [[1, 2.5, -3]]; [[1, 2.5, -3]]; nested",
        "FLOAT; [[1, 2.5, -3]]; [1, ...]; the beginning",
        "FLOAT; [[1, 2.5, -3]]; [...]; nothing of it",
        "FLOAT; [[1, 2.5, -3]]; [1.00009, 2.5, -3]; floats differ a little",
        "FLOAT; [[1, 2, 3], [4, 5, 6]]; [1, 2, 3, 4, 5, 6]; flat is row-major",
        "FLOAT; [[1, 2, 3], [4, 5, 6]]; [[1, ...], [4, 5, ...]]; the beginning of each row",
        "FLOAT; [[1, 2, 3], [4, 5, 6]]; [[1, 2, 3], ...]; the first row",
        "FLOAT; [[.nan, .inf, -.inf]]; [.nan, .inf, -.inf]; no numbers and infinities",
        "DOUBLE; [[1e300, 2, 3]]; [1e300, 2, 3]; doubles",
        "FLOAT16; [[0.5, 2, 3]]; [0.5, 2, 3]; halves",
        "INT64; [[9007199254740993, 2, 3]]; [9007199254740993, 2, 3]; integers beyond doubles",
        "UINT64; [[18446744073709551615, 2, 3]]; [18446744073709551615, 2, 3]; unsigned",
        "INT8; [[-128, 2, 3]]; [-128, 2, 3]; bytes",
        "UINT8; [[255, 2, 3]]; [255, 2, 3]; unsigned bytes",
        "INT32; [[1, 2, 3]]; [1.0, 2, 3]; a whole number may have a point",
        "BOOL; [[true, false, true]]; [true, false, true]; truth values",
        "BOOL; [[true, false, true]]; [1, 0, 1]; truth values as numbers",
        "STRING; '[[\"a\", \"b c\", \"ü\"]]'; '[a, \"b c\", ü]'; texts"})
    void passes(OnnxDataType type, String input, String expected, String why) throws IOException {
        var results = run(type, "  - {input: {x: " + input + "}, expect: {y: " + expected + "}}\n");
        assertEquals(List.of(), results.getFirst().differences(), why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "FLOAT; [[1, 2, 3]]; [1, 2.5, 3]; 'y[1]: 2.0, expected 2.5 ± 0.000100'",
        "FLOAT; [[1, 2, 3]]; [9, 2, 4]; 'y[0]: 1.0, expected 9 ± 0.000100 (2 of 3 differ, at most by 8.00)'",
        "FLOAT; [[1, 2, 3]]; [1, 2]; 'there are 3 elements, expected 2; end the list with ...'",
        "FLOAT; [[1, 2, 3]]; [1, 2, 3, 4]; 'there are 3 elements, expected 4'",
        "FLOAT; [[1, 2, 3]]; [1, 2, 3, 4, ...]; 'expected at least 4'",
        "FLOAT; [[1, 2, 3]]; [[1, 2, 3], [4, 5, 6]]; 'there are 1 elements, expected 2'",
        "FLOAT; [[1, 2, 3]]; [[1, 2, 4]]; 'y[0][2]: 3.0, expected 4'",
        "FLOAT; [[1, 2, 3]]; [[[1], ...]]; 'y[0][0]: 1.0, expected a list'",
        "FLOAT; [[1, 2, 3]]; 1; 'expected the number 1'",
        "FLOAT; [[1, 2, 3]]; [a, 2, 3]; 'y[0]: 1.0, expected \"a\"'",
        "FLOAT; [[.nan, 2, 3]]; [1, 2, 3]; 'y[0]: NaN, expected 1'",
        "FLOAT; [[.inf, 2, 3]]; [-.inf, 2, 3]; 'y[0]: Infinity, expected -.inf'",
        "INT64; [[9007199254740993, 2, 3]]; [9007199254740992, 2, 3]; 'y[0]: 9007199254740993, expected 9007199254740992'",
        "INT64; [[1, 2, 3]]; [1.5, 2, 3]; 'y[0]: 1, expected 1.5'",
        "BOOL; [[true, false, true]]; [true, true, true]; 'y[1]: false, expected true'",
        "STRING; '[[\"a\", \"b\", \"c\"]]'; '[a, b, d]'; 'y[2]: \"c\", expected \"d\"'"})
    void fails(OnnxDataType type, String input, String expected, String said) throws IOException {
        var results = run(type, "  - {input: {x: " + input + "}, expect: {y: " + expected + "}}\n");
        assertEquals(1, results.getFirst().differences().size(), results.toString());
        assertTrue(results.getFirst().differences().getFirst().contains(said), results.toString());
    }

    @Test
    void theToleranceIsAbsolute() throws IOException {
        var tests = "  - {name: near, input: {x: [[100, 2, 3]]}, expect: {y: [100.4, 2, 3]}, tolerance: 0.5}\n"
            + "  - {name: far, input: {x: [[100, 2, 3]]}, expect: {y: [100.6, 2, 3]}, tolerance: 0.5}\n"
            + "  - {name: exact, input: {x: [[100, 2, 3]]}, expect: {y: [100.00001, 2, 3]}, tolerance: 0}\n"
            + "  - {input: {x: [[100, 2, 3]]}, expect: {y: [100, 2, 3]}, tolerance: 0}\n";
        var results = run(OnnxDataType.FLOAT, tests);
        assertEquals(List.of("near", "far", "exact", "test 4"), results.stream().map(GoldenResult::name).toList());
        assertEquals(List.of(true, false, false, true), results.stream().map(GoldenResult::passed).toList());
        assertTrue(run(OnnxDataType.INT32, "  - {input: {x: [[7, 2, 3]]}, expect: {y: [8, 2, 3]}, tolerance: 1}\n")
            .getFirst().passed());
    }

    @Test
    void numbersMayComeFromAFile() throws IOException {
        try (var arena = Arena.ofConfined()) {
            TensorFiles.write(folder.resolve("x.npy"), Map.of("x", Tensor.of(arena, new float[] {1, 2, 3}, 1, 3)));
        }
        assertTrue(run(OnnxDataType.FLOAT, "  - {input: {x: \"@x.npy\"}, expect: {y: [1, 2, 3]}}\n").getFirst().passed());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{input: {z: [[1, 2, 3]]}, expect: {y: [1]}}; GPUXfile:3:17; no input is named \"z\"; expected x",
        "{input: {x: [[1, 2, 3]]}, expect: {yy: [1]}}; GPUXfile:3:; no output is named \"yy\"; expected y",
        "{input: {x: [[1, 2, a]]}, expect: {y: [1]}}; GPUXfile:3:17; tests: x",
        "{input: {x: [[1, 2, 3, 4]]}, expect: {y: [1]}}; GPUXfile:3:17; tests: x",
        "{input: {x: \"@nowhere.npy\"}, expect: {y: [1]}}; GPUXfile:3:17; nowhere.npy"})
    void aTestThatCannotBeRunIsAnErrorWithItsPlace(String line) {
        var parts = line.split("; ");
        var error = assertThrows(GpuxfileException.class, () -> run(OnnxDataType.FLOAT, "  - " + parts[0] + "\n"));
        for (int i = 1; i < parts.length; i++) {
            assertTrue(error.getMessage().contains(parts[i]), error.getMessage());
        }
    }

    @Test
    void sequencesOfMapsAsClassifiersGiveThem() throws IOException {
        var models = Path.of(System.getProperty("gpux.models", "models"));
        Files.copy(models.resolve("lr_mnist.onnx"), folder.resolve("lr.onnx"));
        var zeros = "[[" + "0, ".repeat(783) + "0]]";
        var expected = "[{\"1\": 0.9}]";
        var results = run("model: lr.onnx\ntests:\n  - {input: {float_input: " + zeros
            + "}, expect: {output_probability: " + expected + "}}\n");
        var difference = results.getFirst().differences().getFirst();
        assertTrue(difference.startsWith("output_probability[0][1]: "), difference);
        var actual = difference.substring(difference.indexOf(": ") + 2, difference.indexOf(", expected"));
        assertTrue(run("model: lr.onnx\ntests:\n  - {input: {float_input: " + zeros + "}, expect: {output_probability: "
            + expected.replace("0.9", actual) + "}}\n").getFirst().passed());
    }
}
