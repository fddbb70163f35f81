package dev.gpux.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.calibrate.Calibration;
import dev.gpux.optimize.fp16.HalfConverter;
import dev.gpux.optimize.fp16.HalfOptions;
import dev.gpux.optimize.proof.Evidence;
import dev.gpux.optimize.proof.NewModelFile;
import dev.gpux.optimize.proof.OutputError;
import dev.gpux.optimize.proof.Proof;
import dev.gpux.optimize.proof.Prover;
import dev.gpux.optimize.quantize.BlockOptions;
import dev.gpux.optimize.quantize.BlockQuantizer;
import dev.gpux.optimize.quantize.DynamicOptions;
import dev.gpux.optimize.quantize.DynamicQuantizer;
import dev.gpux.optimize.quantize.Keep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A real model, made smaller in each way, against the bars that it must hold on 200 sentences. Speed is not tested. */
class MiniLmTest {
    private static final long MEGABYTE = 1_000_000;
    /** How much larger than the published int8 model ours may be. */
    private static final double LARGER = 1.05;

    @TempDir
    static Path folder;

    private static Model before;
    private static Prover prover;

    @BeforeAll
    static void open() throws IOException {
        before = Model.open(MiniLm.gpuxfile(folder), OpenOptions.standard());
        prover = MiniLm.prover(before);
    }

    @AfterAll
    static void close() {
        before.close();
    }

    /** Changes the model. */
    interface Change {
        OnnxModel apply(OnnxModel model, ScratchFile scratch) throws IOException;
    }

    private record Measured(long bytes, OutputError embedding) { }

    private static Measured measure(Change change) throws IOException {
        try (var model = OnnxModel.open(MiniLm.FLOAT); var place = NewModelFile.at(folder.resolve("new.onnx"));
             var scratch = ScratchFile.in(place.folder())) {
            place.write(change.apply(model, scratch), false);
            return new Measured(place.bytes(), embedding(place.file()));
        }
    }

    private static OutputError embedding(Path file) {
        return prover.outputs(file).stream().filter(output -> output.name().equals("embedding")).findFirst()
            .orElseThrow();
    }

    @Test
    void dynamicInt8IsNoWorseThanThePublishedModel() throws IOException {
        var ours = measure((model, scratch) -> DynamicQuantizer.quantize(model, scratch, DynamicOptions.standard())
            .model());
        assertTrue(ours.bytes() <= 24 * MEGABYTE, ours::toString);
        assertTrue(ours.bytes() <= LARGER * Files.size(MiniLm.PUBLISHED), ours::toString);
        assertTrue(ours.embedding().cosine() >= 0.98, ours::toString);
        var published = embedding(MiniLm.PUBLISHED);
        assertTrue(ours.embedding().meanCosine() >= published.meanCosine(), () -> ours + " " + published);
        assertEquals(200, MiniLm.sentences().size());
    }

    @Test
    void fourBitBlocksAreSmallAndClose() throws IOException {
        var ours = measure((model, scratch) -> BlockQuantizer.quantize(model, scratch,
            Optional.of(Calibration.withGrams(model,
            before, MiniLm.otherSentences(), BlockQuantizer.values(model), folder)), BlockOptions.standard()).model());
        assertTrue(ours.bytes() <= 55 * MEGABYTE, ours::toString);
        assertTrue(ours.embedding().meanCosine() >= 0.97, ours::toString);
        assertTrue(ours.embedding().cosine() >= 0.97, ours::toString);
    }

    @Test
    void float16IsHalfTheSizeAndAsGood() throws IOException {
        var ours = measure((model, scratch) -> HalfConverter.convert(model, ValueTypes.of(model, folder), scratch,
            new HalfOptions(false, Keep.NONE)).model());
        assertTrue(ours.bytes() <= 46 * MEGABYTE, ours::toString);
        assertTrue(ours.embedding().cosine() >= 0.9999, ours::toString);
    }

    /** {@code -Dgpux.measure=true} prints the table of docs/optimisation.md: each way beside the published model. */
    @Test
    @EnabledIfSystemProperty(named = "gpux.measure", matches = "true")
    void eachWaySideBySide() throws IOException {
        var calibration = MiniLm.otherSentences();
        var ways = new LinkedHashMap<String, Change>();
        ways.put("int8", (model, scratch) -> DynamicQuantizer.quantize(model, scratch, DynamicOptions.standard())
            .model());
        ways.put("4-bit", (model, scratch) -> BlockQuantizer.quantize(model, scratch, Optional.of(
            Calibration.withGrams(model, before, calibration, BlockQuantizer.values(model), folder)),
            BlockOptions.standard()).model());
        ways.put("float16", (model, scratch) -> HalfConverter.convert(model, ValueTypes.of(model, folder), scratch,
            new HalfOptions(false, Keep.NONE)).model());
        print("published int8", prover.prove(MiniLm.PUBLISHED, Files.size(MiniLm.PUBLISHED)));
        for (var way : ways.entrySet()) {
            try (var model = OnnxModel.open(MiniLm.FLOAT); var place = NewModelFile.at(folder.resolve("new.onnx"));
                 var scratch = ScratchFile.in(place.folder())) {
                place.write(way.getValue().apply(model, scratch), false);
                print(way.getKey(), prover.prove(place.file(), place.bytes()));
                if (way.getKey().equals("int8")) {
                    try (var published = Model.open(Prover.withModel(before.gpuxfile(), MiniLm.PUBLISHED),
                             OpenOptions.standard())) {
                        for (int round = 0; round < 3; round++) {
                            print("int8 against the published int8", new Prover(published, Files.size(MiniLm.PUBLISHED),
                                new Evidence(Evidence.Origin.GIVEN, MiniLm.sentences()), OpenOptions.standard())
                                .prove(place.file(), place.bytes()));
                        }
                    }
                }
            }
        }
    }

    private static void print(String way, Proof proof) {
        var embedding = proof.outputs().stream().filter(output -> output.name().equals("embedding")).findFirst()
            .orElseThrow();
        System.out.printf(Locale.ROOT, "%-32s %.1f MB of %.1f, cosine %.6f, mean %.6f, %.3f ms → %.3f ms, %.2f × as "
            + "fast (%d runs)%n", way, proof.after().bytes() / 1e6, proof.before().bytes() / 1e6, embedding.cosine(),
            embedding.meanCosine(), proof.before().medianMillis(), proof.after().medianMillis(), proof.speedUp(),
            proof.after().runs());
    }
}
