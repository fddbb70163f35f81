package dev.gpux.provider.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.MemoryInfo;
import dev.gpux.ort.Tensor;
import dev.gpux.provider.Cuda;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** 100,000 runs of each kind take nothing for good, of the host's memory or the device's. */
class LeakGpuTest {
    private static final int RUNS = 100_000;
    private static final int WARM_UP = 20_000;
    /** A leak of 100 bytes a run would be 10 MB; the JVM's own memory wavers less. */
    private static final long HOST_TOLERANCE = 8 << 20;

    private CudaDevice gpu;

    @BeforeEach
    void onAGpu() {
        gpu = Gpu.required();
    }

    private static long residentBytes() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS in /proc/self/status");
    }

    private void leaksNothing(String what, Runnable run, Runnable afterwards) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            run.run();
        }
        System.gc();
        long resident = residentBytes();
        long free = gpu.memory().free();
        for (int i = 0; i < RUNS; i++) {
            run.run();
        }
        System.gc();
        long more = residentBytes() - resident;
        long less = free - gpu.memory().free();
        System.out.printf("%,d %s: host %+,d bytes, device %+,d bytes%n", RUNS, what, more, less);
        assertTrue(more < HOST_TOLERANCE, () -> what + ": the host has " + more + " bytes less");
        assertEquals(0, less, () -> what + ": the device has less");
        afterwards.run();
    }

    @Test
    void plainRuns() throws IOException {
        try (var session = Gpu.open(Gpu.tiny(), Cuda.standard()); var arena = Arena.ofConfined();
             var memory = session.memory(MemoryInfo.cuda(0))) {
            var inputs = Map.of("x", Tensor.allocate(arena, ElementType.FLOAT32, 1, 10));
            session.run(inputs).close();
            long used = memory.statistics().inUse();
            leaksNothing("plain runs", () -> session.run(inputs).close(),
                () -> assertEquals(used, memory.statistics().inUse()));
        }
    }

    @Test
    void deviceRuns() throws IOException {
        try (var stream = gpu.stream();
             var session = Gpu.open(Gpu.tiny(), Cuda.standard().stream(stream.handle()));
             var run = session.prepareOnDevice(stream).input("x", 1, 10).build()) {
            leaksNothing("device runs", run::run, () -> { });
        }
    }

    @Test
    void graphReplays() throws IOException {
        try (var stream = gpu.stream();
             var session = Gpu.open(Gpu.tiny(), Cuda.standard().graph(true).stream(stream.handle()));
             var run = session.prepareOnDevice(stream).input("x", 1, 10).build()) {
            leaksNothing("graph replays", run::run, () -> { });
        }
    }

    /** Everything that a run needs, made and freed again. */
    @Test
    void preparingAndClosing() throws IOException {
        try (var session = Gpu.open(Gpu.tiny(), Cuda.standard())) {
            Runnable once = () -> {
                try (var stream = gpu.stream(); var run = session.prepareOnDevice(stream).input("x", 1, 10).build()) {
                    run.run();
                }
            };
            for (int i = 0; i < 200; i++) {
                once.run();
            }
            long resident = residentBytes();
            long free = gpu.memory().free();
            for (int i = 0; i < 1000; i++) {
                once.run();
            }
            long more = residentBytes() - resident;
            assertTrue(more < HOST_TOLERANCE, () -> "the host has " + more + " bytes less");
            assertEquals(0, free - gpu.memory().free());
        }
    }
}
