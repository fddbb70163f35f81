package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.WeightPlacement;
import dev.gpux.ort.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} at random moments of {@code quantize}: a whole model is at its place, the old one or the new one. */
class QuantizeKillIT {
    /** {@code -Dgpux.kills=200} is the long form. */
    private static final int KILLS = Integer.getInteger("gpux.kills", 4);
    private static final int SIZE = 1024;

    @TempDir
    Path folder;

    private Path model() throws IOException {
        var random = new Random(2);
        var weights = new float[SIZE * SIZE];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        var file = folder.resolve("model.onnx");
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n", SIZE)
            .initializer("w", new long[] {SIZE, SIZE}, weights).node("MatMul", List.of("x", "w"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "n", SIZE).build(), file);
        return file;
    }

    @Test
    void whateverIsAtTheTargetIsWhole() throws IOException, InterruptedException {
        var model = model();
        var target = folder.resolve("out.onnx");
        var process = new GpuxProcess("quantize", model.toString(), "-o", target.toString(), "--external-data", "-q");
        long begin = System.nanoTime();
        assertEquals(0, process.run().code());
        long usual = System.nanoTime() - begin;
        var random = new Random(Long.getLong("gpux.seed", 12));
        int old = 0;
        for (int kill = 0; kill < KILLS || old == 0; kill++) {
            // If the machine was slower before than it is now, all kills come too late: then some more come sooner.
            usual = kill < KILLS ? usual : usual * 2 / 3;
            try (var before = OnnxModel.open(model)) {
                OnnxWriter.write(before, target, new WeightPlacement.SideFile("out.onnx.data", 1024));
            }
            var running = process.start();
            TimeUnit.NANOSECONDS.sleep((long) (usual * (0.2 + random.nextDouble())));
            running.destroyForcibly().waitFor();
            try (var left = OnnxModel.open(target); var session = Session.open(target)) {
                ModelCheck.of(left).requireNoErrors();
                assertEquals(1, session.outputs().size());
                old += left.graph().nodes().size() == 1 ? 1 : 0;
            }
        }
        assertEquals(0, process.run().code());
        assertTrue(Files.exists(target));
    }
}
