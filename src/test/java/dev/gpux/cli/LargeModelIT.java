package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.Property;
import dev.gpux.onnx.Tensor;
import dev.gpux.onnx.WeightPlacement;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code -Dgpux.large=2}: a model of so many GiB is quantised, and only looked at, with a heap of 64 MB. Prints how
 * long it takes with Java's first compiler alone, as these tests run: {@code ./gpux} needs less than half of it.
 */
@EnabledIfSystemProperty(named = "gpux.large", matches = "\\d+")
class LargeModelIT {
    private static final int SIZE = 8192;
    private static final long BYTES = (long) SIZE * SIZE * Float.BYTES;

    @TempDir
    Path folder;

    private Path model(int gigabytes) throws IOException {
        int layers = (int) (((long) gigabytes << 30) / BYTES);
        var builder = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n", SIZE);
        var block = new byte[1 << 20];
        var random = new Random(1);
        for (int i = 0; i < block.length; i += Float.BYTES) {
            int bits = Float.floatToIntBits((float) random.nextGaussian() / SIZE);
            for (int b = 0; b < Float.BYTES; b++) {
                block[i + b] = (byte) (bits >> 8 * b);
            }
        }
        try (var data = new RandomAccessFile(folder.resolve("large.onnx.data").toFile(), "rw")) {
            for (int layer = 0; layer < layers; layer++) {
                builder.initializer(Tensor.ofExternal("w" + layer, OnnxDataType.FLOAT, new long[] {SIZE, SIZE},
                    List.of(new Property("location", "large.onnx.data"), new Property("offset", "" + layer * BYTES),
                        new Property("length", "" + BYTES))));
                builder.node("MatMul", List.of(layer == 0 ? "x" : "h" + layer, "w" + layer),
                    List.of(layer == layers - 1 ? "y" : "h" + (layer + 1)));
                for (long written = 0; written < BYTES; written += block.length) {
                    data.write(block);
                }
            }
        }
        var file = folder.resolve("large.onnx");
        Files.write(file, OnnxWriter.toBytes(builder.output("y", OnnxDataType.FLOAT, "n", SIZE).build(),
            WeightPlacement.AS_REFERENCED));
        return file;
    }

    @Test
    void largeModelsNeedLittleHeap() throws IOException {
        var model = model(Integer.getInteger("gpux.large")).toString();
        for (var command : List.of(List.of("lint", model), List.of("inspect", model, "--json"),
            List.of("quantize", model, "--per-tensor"), List.of("quantize", model, "-o", folder.resolve("c.onnx")
                .toString()), List.of("quantize", model, "--weight-only"), List.of("diff", model,
                folder.resolve("c.onnx").toString()))) {
            long begin = System.nanoTime();
            var result = new GpuxProcess(command.toArray(String[]::new)).with("JDK_JAVA_OPTIONS", "-Xmx64m").run();
            System.out.printf("%.1f s: %s%n%s%n", (System.nanoTime() - begin) / 1e9, String.join(" ", command),
                result.out().length() > 1500 ? result.out().substring(0, 1500) : result.out());
            assertEquals(0, result.code(), result::toString);
            assertTrue(!result.err().contains("OutOfMemory"), result::toString);
        }
    }
}
