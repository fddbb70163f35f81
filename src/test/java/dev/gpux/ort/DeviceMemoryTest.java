package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Memory by a session's allocators: here the CPU's, which is the one that every machine has. */
class DeviceMemoryTest {
    private static final long MEGABYTE = 1 << 20;

    private static void assumeStatistics() {
        assumeTrue(Environment.get().apiVersion() >= 23, "allocators keep statistics from ORT 1.23 on");
    }

    @Test
    void aTensorOfItIsLikeAnyOther() {
        try (var session = Models.open(Models.plus(10, 20)); var memory = session.memory(MemoryInfo.CPU)) {
            var x = memory.hostTensor(ElementType.FLOAT32, 2);
            assertArrayEquals(new float[2], x.floats());
            x.segment().setAtIndex(JAVA_FLOAT, 1, 5);
            try (var outputs = session.run(Map.of("x", x))) {
                assertArrayEquals(new float[] {10, 25}, outputs.tensor("y").floats());
            }
        }
    }

    @Test
    void theArenasStatisticsCountIt() {
        assumeStatistics();
        try (var session = Models.open(Models.plus(1)); var memory = session.memory(MemoryInfo.CPU)) {
            var before = memory.statistics();
            memory.tensor(ElementType.FLOAT32, MEGABYTE);
            var after = memory.statistics();
            assertEquals(before.inUse() + 4 * MEGABYTE, after.inUse());
            assertEquals(before.allocations() + 1, after.allocations());
            assertTrue(after.reserved() >= after.inUse() && after.maxInUse() >= after.inUse(), after::toString);
            assertTrue(after.largest() >= 4 * MEGABYTE && after.limit() > after.reserved(), after::toString);
        }
    }

    @Test
    void closingGivesItBackToTheArena() {
        assumeStatistics();
        try (var session = Models.open(Models.plus(1)); var watching = session.memory(MemoryInfo.CPU)) {
            var before = watching.statistics();
            var memory = session.memory(MemoryInfo.CPU);
            var tensor = memory.hostTensor(ElementType.UINT8, MEGABYTE);
            assertTrue(watching.statistics().inUse() >= before.inUse() + MEGABYTE);
            memory.close();
            memory.close();
            assertEquals(before.inUse(), watching.statistics().inUse());
            assertThrows(IllegalStateException.class, tensor::bytes);
            assertThrows(IllegalStateException.class, () -> memory.tensor(ElementType.UINT8, 1));
            assertThrows(IllegalStateException.class, memory::statistics);
        }
    }

    @Test
    void runsShrinkTheArenaWhereTheyShall() {
        assumeStatistics();
        try (var session = Models.open(Models.sumAndDifference());
             var memory = session.memory(MemoryInfo.CPU);
             var shrinking = new RunOptions().shrinkArenas(MemoryInfo.CPU)) {
            // ORT never gives the first region back.
            run(session, MEGABYTE, Optional.empty());
            run(session, 4 * MEGABYTE, Optional.empty());
            var grown = memory.statistics();
            assertTrue(grown.reserved() > 16 * MEGABYTE && grown.shrinkages() == 0, grown::toString);
            run(session, 1, Optional.of(shrinking));
            var shrunk = memory.statistics();
            assertTrue(shrunk.shrinkages() > 0 && shrunk.reserved() < 16 * MEGABYTE, shrunk::toString);
        }
    }

    private static void run(Session session, long size, Optional<RunOptions> options) {
        try (var arena = Arena.ofConfined()) {
            var x = Tensor.allocate(arena, ElementType.FLOAT32, size);
            var inputs = Map.of("a", x, "b", x);
            options.map(given -> session.run(inputs, List.of("sum", "difference"), given))
                .orElseGet(() -> session.run(inputs)).close();
        }
    }

    @Test
    void itDiesWithTheSession() {
        var session = Models.open(Models.plus(1));
        var memory = session.memory(MemoryInfo.CPU);
        var onDevice = memory.tensor(ElementType.FLOAT32, 1);
        var x = memory.hostTensor(ElementType.FLOAT32, 1);
        session.close();
        assertThrows(IllegalStateException.class, x::floats);
        assertThrows(IllegalStateException.class, () -> onDevice.bytes().get(JAVA_FLOAT, 0));
        assertThrows(IllegalStateException.class, () -> memory.tensor(ElementType.UINT8, 1));
        assertThrows(IllegalStateException.class, () -> session.memory(MemoryInfo.CPU));
        memory.close();
    }

    /** Other sessions may have bound it: their runs are refused, nothing else. */
    @Test
    void anotherSessionsRunDoesNotOutliveIt() {
        try (var session = Models.open(Models.plus(1))) {
            var owner = Models.open(Models.plus(1));
            var x = owner.memory(MemoryInfo.CPU).hostTensor(ElementType.FLOAT32, 1);
            try (var prepared = session.prepare().input("x", x).build()) {
                prepared.run();
                owner.close();
                assertThrows(IllegalStateException.class, prepared::run);
            }
            assertThrows(TensorException.class, () -> session.run(Map.of("x", x)));
        }
    }

    @Test
    void memoryThatTheSessionDoesNotHaveIsRefused() {
        try (var session = Models.open(Models.plus(1))) {
            assertThrows(OrtException.class, () -> session.memory(MemoryInfo.cuda(0)));
            assertThrows(OrtException.class, () -> session.memory(new MemoryInfo("No such memory", 0, false)));
            // The session has lost nothing by it.
            session.memory(MemoryInfo.CPU).close();
        }
    }

    @Test
    void whatNoDeviceHasIsRefused() {
        try (var session = Models.open(Models.plus(1)); var memory = session.memory(MemoryInfo.CPU);
             var arena = Arena.ofConfined()) {
            assertThrows(TensorException.class, () -> memory.tensor(ElementType.STRING, 1));
            assertThrows(RuntimeException.class, () -> memory.tensor(ElementType.FLOAT32, Long.MAX_VALUE / 8));
            assertThrows(TensorException.class, () -> DeviceTensor.wrap(arena, MemoryInfo.CPU, ElementType.FLOAT32,
                MemorySegment.ofArray(new float[4]), 4));
            var e = assertThrows(TensorException.class, () -> DeviceTensor.wrap(arena, MemoryInfo.CPU,
                ElementType.FLOAT32, arena.allocate(12), 4));
            assertTrue(e.getMessage().contains("takes 16 bytes, and the segment has 12"), e::getMessage);
        }
    }
}
