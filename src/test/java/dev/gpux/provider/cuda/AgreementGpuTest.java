package dev.gpux.provider.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Session;
import dev.gpux.ort.Tensor;
import dev.gpux.provider.Cuda;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CUDA and the CPU give the same answers, as exactly as the numbers that CUDA computes in allow. */
class AgreementGpuTest {
    @BeforeEach
    void onAGpu() {
        Gpu.required();
    }

    @ParameterizedTest
    @CsvSource({"true, false, 1e-2", "false, false, 1e-4", "true, true, 1e-2", "false, true, 1e-4"})
    void digits(boolean tf32, boolean nhwc, double rtol) {
        agree(Gpu.model("cnn_mnist.onnx"), "input_image", Cuda.standard().tf32(tf32).nhwc(nhwc), rtol, 8, 1, 28, 28);
    }

    @ParameterizedTest
    @CsvSource({"true, false, 1e-2", "false, false, 1e-4", "true, true, 1e-2", "false, true, 1e-4"})
    void resnet50(boolean tf32, boolean nhwc, double rtol) {
        var model = Gpu.model("resnet50.onnx");
        assumeTrue(Files.exists(model), "src/jmh/gpu/resnet50.py makes the model");
        agree(model, "x", Cuda.standard().tf32(tf32).nhwc(nhwc), rtol, 2, 3, 224, 224);
    }

    private static void agree(Path model, String input, Cuda cuda, double rtol, long... shape) {
        try (var onCpu = Session.open(model); var onGpu = Gpu.open(model, cuda); var arena = Arena.ofConfined()) {
            var x = Tensor.allocate(arena, ElementType.FLOAT32, shape);
            Gpu.fill(x.segment(), 1);
            try (var expected = onCpu.run(Map.of(input, x)); var actual = onGpu.run(Map.of(input, x))) {
                assertEquals(expected.names(), actual.names());
                Gpu.assertClose(expected.tensor(0), actual.tensor(0), rtol);
            }
        }
    }
}
