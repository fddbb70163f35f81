package dev.gpux.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.engine.Tuning;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.optimize.proof.Evidence;
import dev.gpux.optimize.proof.Proof;
import dev.gpux.optimize.proof.Prover;
import dev.gpux.optimize.tune.Measured;
import dev.gpux.optimize.tune.Precision;
import dev.gpux.optimize.tune.Setting;
import dev.gpux.optimize.tune.Space;
import dev.gpux.optimize.tune.Tuner;
import dev.gpux.optimize.tune.Variants;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tuning, and what becomes of its result. What is fastest is not tested. */
class TunerTest {
    private static final Path DIGITS = MiniLm.MODELS.resolve("cnn_mnist.onnx");

    private static final int SIZE = 64;

    @TempDir
    Path folder;

    private Gpuxfile gpuxfile(String... more) throws IOException {
        return Gpuxfile.read(Files.writeString(folder.resolve("GPUXfile"), "name: digits\nmodel: {source: "
            + DIGITS + "}\n" + String.join("\n", more)));
    }

    private static Tuning tuning(Gpuxfile gpuxfile, String machine) {
        return new Tuning(machine, Tuning.thisModel(gpuxfile, DIGITS), Optional.empty(), "cpu", 1,
            GraphOptimization.BASIC, false, 1, 1, 2);
    }

    private static Map<String, Input> item(Arena arena) {
        return Map.of("input_image", new Input.Numbers(Tensor.of(arena, new float[28 * 28], 1, 1, 28, 28)));
    }

    @Test
    void allSettingsAreMeasuredAndOneIsChosen() throws IOException {
        try (var arena = Arena.ofShared()) {
            var gpuxfile = gpuxfile();
            var space = Space.of(gpuxfile, List.of(Precision.ORIGINAL), List.of("cpu"), List.of(1, 2));
            var result = new Tuner(Map.of(Precision.ORIGINAL, gpuxfile), item(arena), OpenOptions.standard(),
                1_000_000_000, 4, (_, _) -> { }).tune(space, Optional.empty());
            // On a busy machine some are left out, and named.
            var settings = result.all().stream().map(Measured::setting).toList();
            for (var setting : List.of(space.standard(), new Setting(Precision.ORIGINAL, "cpu", Runtime.getRuntime()
                .availableProcessors(), GraphOptimization.ALL, false, 2), new Setting(Precision.ORIGINAL, "cpu", 1,
                GraphOptimization.ALL, false, 2))) {
                assertTrue(settings.contains(setting) || result.failures().containsKey(setting.toString()),
                    () -> setting + " is not in " + result);
            }
            assertTrue(result.failures().values().stream().allMatch(why -> why.contains("the time was over")),
                result::toString);
            assertTrue(settings.contains(result.chosen().setting()), result::toString);
            assertTrue(result.all().getFirst().finalist() && result.standard().finalist(), result::toString);
            assertEquals(result.verdict() == Tuner.Verdict.NOISE, result.chosen().setting().equals(space.standard()));
        }
    }

    @Test
    void whatHoldsStaysUnlessSomethingIsFaster() throws IOException {
        try (var arena = Arena.ofShared()) {
            var gpuxfile = gpuxfile();
            var space = Space.of(gpuxfile, List.of(Precision.ORIGINAL), List.of("cpu"), List.of(1));
            // Hardly any time: nothing can be shown, and the default stays, or a setting that is no slower.
            var before = new Setting(Precision.ORIGINAL, "cpu", 1, GraphOptimization.EXTENDED, false, 1);
            var other = new Setting(Precision.INT8, "cpu", 1, GraphOptimization.EXTENDED, false, 1);
            for (var last : List.of(before, other)) {
                var result = new Tuner(Map.of(Precision.ORIGINAL, gpuxfile), item(arena), OpenOptions.standard(),
                    200_000_000, 4, (_, _) -> { }).tune(space, Optional.of(last));
                assertEquals(last.equals(before), result.failures().containsKey(last.toString())
                    || result.all().stream().anyMatch(one -> one.setting().equals(last) && one.finalist()),
                    result::toString);
            }
        }
    }

    @Test
    void theBudgetIsHeld() throws IOException {
        try (var arena = Arena.ofShared()) {
            var gpuxfile = gpuxfile();
            var space = Space.of(gpuxfile, List.of(Precision.ORIGINAL), List.of("cpu"),
                IntStream.rangeClosed(1, 500).boxed().toList());
            var result = new Tuner(Map.of(Precision.ORIGINAL, gpuxfile), item(arena), OpenOptions.standard(),
                100_000_000, 4, (_, _) -> { }).tune(space, Optional.empty());
            assertTrue(result.failures().size() > 100 && result.all().size() < 1000, () -> result.all().size()
                + " measured, left out " + result.failures().size());
        }
    }

    @Test
    void theLockHoldsForThisMachineAndModelOnly() throws IOException {
        var gpuxfile = gpuxfile();
        Files.writeString(folder.resolve("gpux.lock"), "{\"lock\":1,\"name\":\"digits\",\"files\":[{\"a\":1}]}");
        tuning(gpuxfile, Tuning.thisMachine()).write(folder);
        assertTrue(Files.readString(folder.resolve("gpux.lock")).contains("\"files\""));
        assertEquals(tuning(gpuxfile, Tuning.thisMachine()), Tuning.read(folder).orElseThrow());
        assertTrue(notes(gpuxfile, OpenOptions.standard()).contains("as tuned for this machine: cpu, 1 thread"));
        assertEquals("", notes(gpuxfile, OpenOptions.standard().withoutTuning()));
        assertTrue(notes(gpuxfile, OpenOptions.standard().withIntraThreads(2)).contains("is not used: threads or "
            + "providers are asked for here"));
        tuning(gpuxfile, "another machine").write(folder);
        assertTrue(notes(gpuxfile, OpenOptions.standard()).contains("is not used: it is for another machine, another "
            + "machine; 'gpux tune' measures this one"));
    }

    @Test
    void whatTheGpuxfileOrTheModelSaysGoesFirst() throws IOException {
        tuning(gpuxfile(), Tuning.thisMachine()).write(folder);
        var same = gpuxfile("runtime: {threads: {intra: 1, spin: false}}");
        assertTrue(notes(same, OpenOptions.standard()).contains("as tuned"));
        var other = gpuxfile("runtime: {threads: {intra: 2}}");
        assertTrue(notes(other, OpenOptions.standard()).contains("is not used: the GPUXfile says other threads"));
        Files.setLastModifiedTime(Files.copy(DIGITS, folder.resolve("cnn_mnist.onnx")), FileTime.fromMillis(1));
        var model = Gpuxfile.read(Files.writeString(folder.resolve("GPUXfile"), "name: digits\nmodel: {source: "
            + "cnn_mnist.onnx}\n"));
        assertTrue(notes(model, OpenOptions.standard()).contains("is not used: the model's file is another one"));
    }

    /** A product with a matrix, which can be quantised. */
    private Gpuxfile product() throws IOException {
        var random = new Random(6);
        var weights = new float[SIZE * SIZE];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n", SIZE)
            .initializer("w", new long[] {SIZE, SIZE}, weights).node("MatMul", List.of("x", "w"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "n", SIZE).build(), folder.resolve("product.onnx"));
        return Gpuxfile.read(Files.writeString(folder.resolve("GPUXfile"), "name: product\nmodel: {source: "
            + "product.onnx}\n"));
    }

    private static Map<String, Input> vector(Arena arena) {
        var x = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            x[i] = (float) Math.sin(i);
        }
        return Map.of("x", new Input.Numbers(Tensor.of(arena, x, 1, SIZE)));
    }

    private Variants variants(Gpuxfile gpuxfile, Arena arena, double cosine) throws IOException {
        var file = folder.resolve("product.onnx");
        try (var opened = Model.open(gpuxfile, OpenOptions.standard().withoutTuning())) {
            var prover = new Prover(opened, Files.size(file), new Evidence(Evidence.Origin.GIVEN,
                List.of(vector(arena))), OpenOptions.standard().withoutTuning());
            return Variants.make(gpuxfile, file, List.of(Precision.values()), prover, new Proof.Bar(
                OptionalDouble.of(cosine), OptionalDouble.empty()));
        }
    }

    @Test
    void otherNumbersRunOnlyIfTheirAnswersAgree() throws IOException {
        var gpuxfile = product();
        try (var arena = Arena.ofShared(); var agreeing = variants(gpuxfile, arena, 0.98);
             var differing = variants(gpuxfile, arena, 1)) {
            assertEquals(Set.of(Precision.values()), agreeing.models().keySet(), agreeing.failures()::toString);
            assertEquals(Set.of(Precision.ORIGINAL), differing.models().keySet());
            assertTrue(differing.failures().get("int8").contains("its answers differ: y: cosine"),
                differing.failures()::toString);
            var space = Space.of(gpuxfile, List.of(Precision.values()), List.of("cpu"), List.of(1));
            var result = new Tuner(agreeing.models(), vector(arena), OpenOptions.standard(), 500_000_000, 4,
                (_, _) -> { })
                .tune(space, Optional.empty());
            var int8 = new Setting(Precision.INT8, "cpu", 1, GraphOptimization.ALL, false, 1);
            assertTrue(result.failures().containsKey(int8.toString()) || result.all().stream().anyMatch(one ->
                one.setting().equals(int8)), result::toString);
        }
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count(), "something is left beside the GPUXfile");
        }
    }

    @Test
    void whatWasMadeForThisMachineRunsInTheModelsPlace() throws IOException {
        var gpuxfile = product();
        Path made;
        try (var arena = Arena.ofShared(); var variants = variants(gpuxfile, arena, 0.98)) {
            made = variants.keep(Precision.INT8);
        }
        for (var name : List.of(made.getFileName().toString(), "../" + folder.getFileName() + "/"
            + made.getFileName())) {
            new Tuning(Tuning.thisMachine(), Tuning.thisModel(gpuxfile,
                folder.resolve("product.onnx")), Optional.of(new Tuning.Variant("int8",
                name, Tuning.stamp(made))), "cpu", 1, GraphOptimization.ALL, false, 1, 1, 2).write(folder);
            var notes = notes(gpuxfile, OpenOptions.standard());
            // Nothing but what lies beside the lock is run.
            assertEquals(!name.contains("/"), notes.contains("as tuned for this machine: int8 "
                + "(product.tuned-int8.onnx) on cpu, 1 thread"), notes);
            assertEquals(name.contains("/"), notes.contains("the int8 model that goes with it is missing or another "
                + "file"), notes);
        }
        new Tuning(Tuning.thisMachine(), Tuning.thisModel(gpuxfile,
                folder.resolve("product.onnx")), Optional.of(new Tuning.Variant("int8",
            made.getFileName().toString(), Tuning.stamp(made))), "cpu", 1, GraphOptimization.ALL, false, 1, 1, 2)
            .write(folder);
        try (var arena = Arena.ofConfined(); var tuned = Model.open(gpuxfile, OpenOptions.standard());
             var original = Model.open(gpuxfile, OpenOptions.standard().withoutTuning())) {
            var answers = List.of(tuned, original).stream().map(model -> model.run(arena, vector(arena)).outcomes()
                .getFirst().answers().get("y") instanceof Answer.Numbers(Tensor tensor)
                ? Arrays.toString(tensor.floats()) : "").toList();
            assertNotEquals(answers.get(0), answers.get(1), "the original ran");
        }
        Files.delete(made);
        assertTrue(notes(gpuxfile, OpenOptions.standard()).contains("is missing or another file"));
    }

    private static String notes(Gpuxfile gpuxfile, OpenOptions options) {
        try (var model = Model.open(gpuxfile, options)) {
            return String.join("\n", model.report().notes());
        }
    }

    @Test
    void brokenLocksAreNoTuning() throws IOException {
        for (var text : List.of("", "{", "[]", "{\"tuned\":1}", "{\"tuned\":{\"threads\":-1,\"level\":\"all\","
            + "\"provider\":\"cpu\"}}", "{\"tuned\":{\"threads\":99999999999,\"level\":\"all\",\"provider\":\"cpu\"}}",
            "{\"tuned\":{\"threads\":1,\"level\":\"\",\"provider\":\"cpu\"}}", "{\"tuned\":{\"threads\":")) {
            Files.writeString(folder.resolve("gpux.lock"), text);
            assertTrue(Tuning.read(folder).isEmpty(), text);
        }
    }
}
