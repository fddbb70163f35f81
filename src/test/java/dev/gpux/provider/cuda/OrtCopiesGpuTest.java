package dev.gpux.provider.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.Environment;
import dev.gpux.ort.MemoryInfo;
import dev.gpux.provider.Cuda;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies by ORT alone, without the driver: it needs CUDA's provider library registered for them. */
class OrtCopiesGpuTest {
    @BeforeEach
    void onAGpu() {
        Gpu.required();
    }

    @Test
    void deviceRunsWithoutAStream() {
        var environment = Environment.get();
        environment.registerProviderLibrary("cuda for copies",
            environment.library().path().resolveSibling("libonnxruntime_providers_cuda.so"));
        assertTrue(environment.devices().stream().anyMatch(device -> device.provider().startsWith("CUDA")),
            () -> environment.devices().toString());
        try (var session = Gpu.open(Gpu.plus(10), Cuda.standard());
             var run = session.prepareOnDevice(MemoryInfo.cuda(0)).input("x", 2).build()) {
            for (int i = 0; i < 20; i++) {
                run.input("x").segment().setAtIndex(JAVA_FLOAT, 0, i);
                run.run();
                assertArrayEquals(new float[] {10 + i, 10}, run.output("y").floats());
            }
        }
    }
}
