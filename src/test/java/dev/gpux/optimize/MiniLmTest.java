package dev.gpux.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.calibrate.Calibration;
import dev.gpux.optimize.fp16.HalfConverter;
import dev.gpux.optimize.fp16.HalfOptions;
import dev.gpux.optimize.proof.NewModelFile;
import dev.gpux.optimize.proof.OutputError;
import dev.gpux.optimize.proof.Prover;
import dev.gpux.optimize.quantize.BlockOptions;
import dev.gpux.optimize.quantize.BlockQuantizer;
import dev.gpux.optimize.quantize.DynamicOptions;
import dev.gpux.optimize.quantize.DynamicQuantizer;
import dev.gpux.optimize.quantize.Keep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
        System.out.println("4-bit " + ours);
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
}
