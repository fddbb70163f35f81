package dev.gpux.cli.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.cli.common.ExitCode;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.Session;
import dev.gpux.ort.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux quantize}: what it says, what it writes, and what it does not write. */
class QuantizeTest {
    private static final int SIZE = 32;

    @TempDir
    Path folder;

    private Path model() throws IOException {
        var random = new Random(1);
        var weights = new float[2][SIZE * SIZE];
        for (var weight : weights) {
            for (int i = 0; i < weight.length; i++) {
                weight[i] = (float) random.nextGaussian();
            }
        }
        var file = folder.resolve("model.onnx");
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n", SIZE)
            .initializer("v", new long[] {SIZE, SIZE}, weights[0]).initializer("w", new long[] {SIZE, SIZE}, weights[1])
            .node("MatMul", List.of("x", "v"), List.of("h")).node("Relu", List.of("h"), List.of("r"))
            .node("MatMul", List.of("r", "w"), List.of("y")).output("y", OnnxDataType.FLOAT, "n", SIZE).build(), file);
        return file;
    }

    private static Line quantize(Object... arguments) {
        return Line.run(new QuantizeCommand(), Arrays.stream(arguments).map(Object::toString)
            .toArray(String[]::new));
    }

    private Set<String> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void theNewModelStandsBesideTheOldOneAndIsCompared() throws IOException {
        var model = model();
        var line = quantize(model);
        assertEquals(ExitCode.OK, line.code(), line::toString);
        assertTrue(line.out().contains("2 MatMul") && line.out().contains("8 random inputs, for want of better")
            && line.out().contains("wrote"), line::toString);
        assertEquals(Set.of("model.onnx", "model-int8.onnx"), files());
        assertEquals(ExitCode.USAGE, quantize(model).code());
        try (var changed = OnnxModel.open(folder.resolve("model-int8.onnx"))) {
            ModelCheck.of(changed).requireNoErrors();
        }
    }

    @Test
    void whatDoesNotHoldIsNotWritten() throws IOException {
        var target = Files.writeString(folder.resolve("out.onnx"), "a good model");
        var line = quantize(model(), "--weight-only", "--min-cosine", "0.9999", "-o", target);
        assertEquals(ExitCode.CHECK_FAILED, line.code(), line::toString);
        assertTrue(line.out().contains("wrote nothing") && line.out().contains("at least 0.9999"), line::toString);
        assertEquals("a good model", Files.readString(target));
        assertEquals(ExitCode.CHECK_FAILED, quantize(model(), "--max-error", "0.000001", "-o", target).code());
        assertEquals(Set.of("model.onnx", "out.onnx"), files());
    }

    @Test
    void aGoldenTestThatFailsNowKeepsTheNewModelOut() throws IOException {
        var model = model();
        var x = IntStream.range(0, SIZE).mapToObj(i -> i % 2 == 0 ? "1" : "-1").collect(Collectors.joining(", "));
        var y = answer(model);
        Files.createDirectories(folder.resolve("golden"));
        var gpuxfile = Files.writeString(folder.resolve("golden/GPUXfile"), """
            name: golden
            model: {source: ../model.onnx}
            tests:
              - {name: exact, input: {x: [[%s]]}, expect: {y: [[%s]]}, tolerance: 0.0001}
              - {name: wrong before, input: {x: [[%s]]}, expect: {y: [[0, ...]]}, tolerance: 0.0001}
            """.formatted(x, y, x));
        var target = Files.writeString(folder.resolve("out.onnx"), "a good model");
        var line = quantize(gpuxfile, "--weight-only", "-o", target);
        assertEquals(ExitCode.CHECK_FAILED, line.code(), line::toString);
        assertTrue(line.out().contains("golden test exact: ") && line.out().contains("1 of 2 tests as before")
            && line.out().contains("wrote nothing"), line::toString);
        assertFalse(line.out().contains("golden test wrong before"), line::toString);
        assertEquals("a good model", Files.readString(target));
        assertEquals(Set.of("model.onnx", "out.onnx", "golden"), files());
        var held = Line.run(new OptimizeCommand(), gpuxfile.toString(), "-o", target.toString());
        assertEquals(ExitCode.OK, held.code(), held::toString);
        assertTrue(held.out().contains("2 of 2 tests as before"), held::toString);
    }

    /** What the model gives for 1, −1, 1, −1, … */
    private static String answer(Path model) {
        try (var session = Session.open(model); var arena = Arena.ofConfined()) {
            var x = new float[SIZE];
            for (int i = 0; i < SIZE; i++) {
                x[i] = i % 2 == 0 ? 1 : -1;
            }
            var y = (Tensor) session.run(arena, Map.of("x", Tensor.of(arena, x, 1, SIZE))).get("y");
            return IntStream.range(0, SIZE).mapToObj(i -> String.valueOf(y.segment().getAtIndex(ValueLayout.JAVA_FLOAT,
                i))).collect(Collectors.joining(", "));
        }
    }

    @Test
    void nodesAreKeptByNameOrByWhatTheyLose() throws IOException {
        var kept = quantize(model(), "--keep", "h", "--json", "-o", folder.resolve("a.onnx"));
        assertTrue(kept.out().contains("\"MatMul\":{\"before\":2,\"after\":1}"), kept::toString);
        var worst = quantize(model(), "--keep-worst", "1", "--json", "-o", folder.resolve("b.onnx"));
        assertTrue(worst.out().contains("\"MatMul\":{\"before\":2,\"after\":1}")
            && worst.out().contains("alone it loses"), worst::toString);
        assertEquals(ExitCode.USAGE, quantize(model(), "--keep", "nothing").code());
    }

    @Test
    void theWorstIsWhatLosesMost() throws IOException {
        // One number that is far larger than the rest leaves these no bits, where a whole weight has one scale.
        var weights = new float[2][SIZE * SIZE];
        var random = new Random(7);
        for (int i = 0; i < SIZE * SIZE; i++) {
            weights[0][i] = (float) random.nextGaussian();
            weights[1][i] = (float) random.nextGaussian();
        }
        weights[0][0] = 10_000;
        for (boolean first : new boolean[] {true, false}) {
            var file = folder.resolve("outlier.onnx");
            OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n", SIZE)
                .initializer("v", new long[] {SIZE, SIZE}, weights[first ? 0 : 1])
                .initializer("w", new long[] {SIZE, SIZE}, weights[first ? 1 : 0])
                .node("MatMul", List.of("x", "v"), List.of("a")).node("MatMul", List.of("x", "w"), List.of("b"))
                .node("Relu", List.of("a"), List.of("c")).node("Relu", List.of("b"), List.of("d"))
                .output("c", OnnxDataType.FLOAT, "n", SIZE).output("d", OnnxDataType.FLOAT, "n", SIZE).build(), file);
            var line = quantize(file, "--keep-worst", "1", "--per-tensor", "-o", folder.resolve("out.onnx"));
            assertEquals(ExitCode.OK, line.code(), line::toString);
            assertTrue(line.out().contains(first ? "kept MatMul → 'a': alone" : "kept MatMul → 'b': alone"),
                line::toString);
        }
    }

    @Test
    void rangesAreMeasuredForStaticIntegers() throws IOException {
        var line = quantize(model(), "--static", "--min-cosine", "0.99", "--method", "percentile", "-o",
            folder.resolve("s.onnx"));
        assertEquals(ExitCode.OK, line.code(), line::toString);
        assertTrue(line.out().contains("calibrated on what it is compared on")
            && line.out().contains("QuantizeLinear 0 →"), line::toString);
        assertEquals(ExitCode.USAGE, quantize(model(), "--static", "--dynamic").code());
        assertEquals(ExitCode.USAGE, quantize(model(), "--static", "--method", "mean").code());
    }

    @Test
    void aModelMayReplaceItselfAndHaveItsWeightsBesideIt() throws IOException {
        var model = model();
        var line = quantize(model, "-o", model, "--external-data");
        assertEquals(ExitCode.OK, line.code(), line::toString);
        assertEquals(Set.of("model.onnx", "model.onnx.data"), files());
        try (var session = Session.open(model)) {
            assertEquals(1, session.inputs().size());
        }
        // A side file under its old name would belong to two models for a moment.
        Files.writeString(folder.resolve("model.onnx.x.data"), "of somebody else");
        var again = Line.run(new OptimizeCommand(), model.toString(), "-o", model.toString(), "--external-data");
        assertEquals(ExitCode.OK, again.code(), again::toString);
        assertEquals(Set.of("model.onnx", "model.onnx.1.data", "model.onnx.x.data"), files());
        try (var session = Session.open(model)) {
            assertEquals(1, session.inputs().size());
        }
    }

    /** Each byte changed once in a while: whatever happens, what stands at the target is whole. */
    @Test
    void brokenModelsNeverReplaceGoodOnes() throws IOException {
        var good = Files.readAllBytes(model());
        var target = folder.resolve("out.onnx");
        var broken = folder.resolve("broken.onnx");
        var random = new Random(Long.getLong("gpux.seed", 5));
        int refused = 0;
        for (int round = 0; round < Integer.getInteger("gpux.fuzz", 150); round++) {
            var bytes = good.clone();
            // The weights are most of the file, and any byte is good for them: the structure is at both ends.
            for (int change = 0; change <= round % 3; change++) {
                int at = random.nextInt(200);
                bytes[random.nextBoolean() ? at : bytes.length - 1 - at] = (byte) random.nextInt(256);
            }
            Files.write(broken, round % 5 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
            Files.write(target, good);
            var line = switch (round % 4) {
                case 0 -> Line.run(new OptimizeCommand(), broken.toString(), "-o", target.toString(), "-q");
                case 1 -> Line.run(new OptimizeCommand(), broken.toString(), "-o", target.toString(), "-q", "--fp16");
                case 2 -> quantize(broken, "-o", target, "-q", "--weight-only");
                default -> quantize(broken, "-o", target, "-q");
            };
            if (line.code() == ExitCode.OK) {
                try (var changed = OnnxModel.open(target); var session = Session.open(target)) {
                    ModelCheck.of(changed).requireNoErrors();
                    assertFalse(session.outputs().isEmpty());
                }
            } else {
                refused++;
                assertArrayEquals(good, Files.readAllBytes(target), line::toString);
                assertFalse(line.err().contains("an error of GPUX itself"), line::toString);
            }
        }
        assertTrue(refused > 50, "only " + refused + " were refused");
        assertEquals(Set.of("model.onnx", "broken.onnx", "out.onnx"), files());
    }
}
