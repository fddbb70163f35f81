package dev.gpux.provider.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.MemoryInfo;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.Session;
import dev.gpux.ort.Tensor;
import dev.gpux.provider.ArenaGrowth;
import dev.gpux.provider.Cuda;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session holds of the device's memory, and that its limit is one. */
class MemoryGpuTest {
    private static final long MEGABYTE = 1 << 20;
    /** float32 elements of a tensor of 64 MB. */
    private static final long ELEMENTS = 16 * MEGABYTE;

    private CudaDevice gpu;

    @BeforeEach
    void onAGpu() {
        gpu = Gpu.required();
    }

    private static void run(Session session, long elements, RunOptions options) {
        try (var arena = Arena.ofConfined()) {
            session.run(Map.of("x", Tensor.allocate(arena, ElementType.FLOAT32, elements)), List.of("y"), options)
                .close();
        }
    }

    @Test
    void theLimitLimits() {
        long limit = 100 * MEGABYTE;
        var cuda = (Cuda) Cuda.standard().arenaGrowth(ArenaGrowth.AS_REQUESTED).memoryLimit(limit).orElseThrow();
        try (var session = Gpu.open(Gpu.chain(), cuda); var memory = session.memory(MemoryInfo.cuda(0));
             var options = new RunOptions()) {
            run(session, MEGABYTE, options);
            var e = assertThrows(OrtException.class, () -> run(session, ELEMENTS, options));
            assertTrue(e.getMessage().contains("allocate memory") || e.getMessage().contains("Available memory"),
                e::getMessage);
            var used = memory.statistics();
            assertEquals(limit, used.limit());
            assertTrue(used.maxInUse() > 0 && used.maxInUse() <= limit && used.reserved() <= limit, used::toString);
            // It lives on.
            run(session, MEGABYTE, options);
            assertThrows(OrtException.class, () -> memory.tensor(ElementType.UINT8, limit));
        }
    }

    @Test
    void withoutALimitItTakesWhatItNeeds() {
        try (var session = Gpu.open(Gpu.chain(), Cuda.standard()); var memory = session.memory(MemoryInfo.cuda(0));
             var options = new RunOptions()) {
            run(session, ELEMENTS, options);
            var used = memory.statistics();
            assertTrue(used.maxInUse() > 100 * MEGABYTE, used::toString);
            assertEquals(Long.MAX_VALUE, used.limit());
        }
    }

    @Test
    void runsShrinkTheArenaWhereTheyShall() {
        var cuda = Cuda.standard().arenaGrowth(ArenaGrowth.AS_REQUESTED);
        try (var session = Gpu.open(Gpu.chain(), cuda); var memory = session.memory(MemoryInfo.cuda(0));
             var options = new RunOptions(); var shrinking = new RunOptions().shrinkArenas(MemoryInfo.cuda(0))) {
            run(session, MEGABYTE, options);
            run(session, ELEMENTS, options);
            var grown = memory.statistics();
            long free = gpu.memory().free();
            run(session, 1, shrinking);
            var shrunk = memory.statistics();
            assertTrue(grown.reserved() > 100 * MEGABYTE && shrunk.reserved() < 100 * MEGABYTE
                && shrunk.shrinkages() > 0, () -> grown + ", then " + shrunk);
            long given = gpu.memory().free() - free;
            assertTrue(given > 50 * MEGABYTE, () -> "the device got " + given);
        }
    }

    @Test
    void tensorsOnTheDeviceAreCounted() {
        try (var session = Gpu.open(Gpu.plus(1), Cuda.standard()); var watching = session.memory(MemoryInfo.cuda(0))) {
            long before = watching.statistics().inUse();
            var memory = session.memory(MemoryInfo.cuda(0));
            memory.tensor(ElementType.FLOAT32, MEGABYTE);
            assertEquals(before + 4 * MEGABYTE, watching.statistics().inUse());
            memory.close();
            assertEquals(before, watching.statistics().inUse());
        }
    }
}
