package dev.gpux.provider.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import dev.gpux.provider.Build;
import dev.gpux.provider.Cuda;
import dev.gpux.provider.Providers;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * The NVIDIA GPU that the tests named {@code …GpuTest} need. Without one they are skipped, or fail if
 * {@code GPUX_REQUIRE_GPU=1}: {@code src/jmh/gpu/measure.sh} runs them on a machine that has one.
 */
final class Gpu {
    private Gpu() { }

    /** Skips the test unless this machine and this build of ONNX Runtime run on CUDA. */
    static CudaDevice required() {
        var cuda = Providers.named("cuda").info();
        if (!Build.current().has(cuda)) {
            return none("this ONNX Runtime was built without CUDA: " + Build.current());
        }
        try {
            return CudaDevice.open(0);
        } catch (CudaException e) {
            return none(e.getMessage());
        }
    }

    private static CudaDevice none(String why) {
        if ("1".equals(System.getenv("GPUX_REQUIRE_GPU"))) {
            fail("an NVIDIA GPU is required here: " + why);
        }
        return abort("no NVIDIA GPU to test on: " + why);
    }

    static Session open(byte[] model, Cuda cuda) {
        try (var options = new SessionOptions()) {
            cuda.append(options);
            return Session.open(model, options);
        }
    }

    static Session open(Path model, Cuda cuda) {
        try (var options = new SessionOptions()) {
            cuda.append(options);
            return Session.open(model, options);
        }
    }

    static Path model(String name) {
        return Path.of(System.getProperty("gpux.models"), name);
    }

    /** Ten numbers, three classes: as little work as a model can be. */
    static byte[] tiny() {
        return OnnxWriter.toBytes(ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1, 10)
            .initializer("w", new long[] {10, 3}, new float[30]).initializer("b", new long[] {3}, 1f, 2f, 3f)
            .node("Gemm", List.of("x", "w", "b"), List.of("g")).node("Softmax", List.of("g"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, 1, 3).build());
    }

    /** {@code y = x + w}, of any length. */
    static byte[] plus(float w) {
        return OnnxWriter.toBytes(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n")
            .initializer("w", new long[] {1}, w).node("Add", List.of("x", "w"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "n").build());
    }

    /** {@code y = (((x + x) * x) + x) * x …}, which keeps several tensors of x's size on the device. */
    static byte[] chain() {
        var builder = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n");
        builder.node("Add", List.of("x", "x"), List.of("a")).node("Mul", List.of("a", "x"), List.of("b"))
            .node("Add", List.of("a", "b"), List.of("c")).node("Sub", List.of("c", "a"), List.of("y"));
        return OnnxWriter.toBytes(builder.output("y", OnnxDataType.FLOAT, "n").build());
    }

    /** Fills with numbers that look random and are always the same. */
    static void fill(MemorySegment memory, int seed) {
        long state = seed * 2654435761L + 1;
        for (long i = 0; i < memory.byteSize() / Float.BYTES; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            memory.setAtIndex(JAVA_FLOAT, i, (state >>> 40) / (float) (1 << 24));
        }
    }

    /** Holds every element to within {@code rtol} of what is expected, measured by the largest of them. */
    static void assertClose(Tensor expected, Tensor actual, double rtol) {
        assertEquals(expected.shape(), actual.shape());
        var e = expected.floats();
        var a = actual.floats();
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < e.length; i++) {
            largest = Math.max(largest, Math.abs(e[i]));
            worst = Math.max(worst, Math.abs(e[i] - a[i]));
        }
        assertTrue(largest > 0 && worst <= rtol * largest, "largest difference " + worst + " of " + largest);
    }
}
