package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Runs over bound device memory, the device being the CPU: the same calls as on a GPU, on every machine. */
class DeviceRunTest {

    private static DeviceRunBuilder onCpu(Session session) {
        return session.prepareOnDevice(MemoryInfo.CPU);
    }

    @Test
    void eachRunReadsWhatTheInputHoldsThen() {
        try (var session = Models.open(Models.plus(10, 20)); var run = onCpu(session).build()) {
            var x = run.input("x").segment();
            var y = run.output("y").segment();
            for (int i = 0; i < 5; i++) {
                x.setAtIndex(JAVA_FLOAT, 0, i);
                x.setAtIndex(JAVA_FLOAT, 1, -i);
                run.run();
                assertArrayEquals(new float[] {10 + i, 20 - i}, y.toArray(JAVA_FLOAT));
            }
        }
    }

    @Test
    void theStepsDoNotDoEachOthersWork() {
        try (var session = Models.open(Models.plus(1)); var run = onCpu(session).build()) {
            var x = run.input("x").segment();
            var y = run.output("y").segment();
            x.set(JAVA_FLOAT, 0, 5);
            run.run();
            x.set(JAVA_FLOAT, 0, 7);
            run.compute();
            run.download();
            run.await();
            assertEquals(6, y.get(JAVA_FLOAT, 0), "nothing was uploaded");
            run.upload();
            run.download();
            assertEquals(6, y.get(JAVA_FLOAT, 0), "nothing was computed");
            run.compute();
            assertEquals(6, y.get(JAVA_FLOAT, 0), "nothing was downloaded");
            run.download();
            run.await();
            assertEquals(8, y.get(JAVA_FLOAT, 0));
        }
    }

    /** What lies on the device stays there: the second model reads what the first wrote. */
    @Test
    void modelsFollowOneAnotherOnTheDevice() {
        try (var first = Models.open(Models.plus(1, 2)); var second = Models.open(Models.plus(10, 20));
             var between = first.memory(MemoryInfo.CPU)) {
            var tensor = between.tensor(ElementType.FLOAT32, 2);
            try (var a = onCpu(first).output("y", tensor).build(); var b = onCpu(second).input("x", tensor).build()) {
                a.input("x").segment().setAtIndex(JAVA_FLOAT, 0, 100);
                a.run();
                b.run();
                assertArrayEquals(new float[] {111, 22}, b.output("y").floats());
                assertEquals(tensor, a.deviceOutput("y"));
                assertEquals(tensor, b.deviceInput("x"));
                assertThrows(TensorException.class, () -> a.output("y"));
                assertThrows(TensorException.class, () -> b.input("x"));
            }
        }
    }

    /** Memory that somebody else allocated on the device. */
    @Test
    void foreignDeviceMemoryIsBoundAsItLies() {
        try (var session = Models.open(Models.plus(1)); var arena = Arena.ofConfined()) {
            var mine = arena.allocate(4, 64);
            var pointer = MemorySegment.ofAddress(mine.address()).reinterpret(arena, null);
            var x = DeviceTensor.wrap(arena, MemoryInfo.CPU, ElementType.FLOAT32, pointer, 1);
            assertEquals(mine.address(), x.address().address());
            assertEquals(0, x.address().byteSize());
            try (var run = onCpu(session).input("x", x).build()) {
                mine.set(JAVA_FLOAT, 0, 41);
                run.run();
                assertEquals(42, run.output("y").segment().get(JAVA_FLOAT, 0));
            }
        }
    }

    @Test
    void freeDimensionsComeFromTheInputs() {
        try (var session = Models.open(Models.sumAndDifference());
             var run = onCpu(session).input("a", 3).input("b", 3).build()) {
            assertEquals(Shape.of(3), run.output("difference").shape());
            run.input("a").segment().setAtIndex(JAVA_FLOAT, 2, 4);
            run.run();
            assertArrayEquals(new float[] {0, 0, 4}, run.output("sum").floats());
        }
    }

    /** A replay would not run what allocates it. */
    @Test
    void whatOnlyARunTellsIsNotRecorded() {
        try (var options = new SessionOptions().recordsGraphs();
             var session = Session.open(Models.bytes(Models.nonZero()), options)) {
            var e = assertThrows(TensorException.class, () -> onCpu(session).input("x", 8).build());
            assertTrue(e.getMessage().startsWith("a run with 'at' cannot be recorded: only a run tells its shape"),
                e::getMessage);
            try (var run = onCpu(session).input("x", 8).graph(false).build()) {
                run.input("x").segment().setAtIndex(JAVA_FLOAT, 5, 1);
                run.run();
                assertEquals(5, run.output("at").longs()[0]);
            }
        }
    }

    @Test
    void outputsOfUnknownShapeComeAsTheyAre() {
        try (var session = Models.open(Models.nonZero()); var run = onCpu(session).input("x", 8).build()) {
            assertThrows(TensorException.class, () -> run.output("at"), "there was no run yet");
            assertThrows(TensorException.class, () -> run.deviceOutput("at"));
            for (int found = 1; found < 6; found++) {
                run.input("x").segment().setAtIndex(JAVA_FLOAT, found, 1);
                run.run();
                var at = run.output("at");
                assertEquals(Shape.of(1, found), at.shape());
                assertEquals(found, at.longs()[found - 1]);
                run.run();
                assertThrows(IllegalStateException.class, at::longs, "its memory went with the next run");
            }
        }
    }

    @Test
    void putsNothingOnTheHeap() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (var session = Models.open(Models.plus(1, 2)); var run = onCpu(session).build()) {
            long least = Long.MAX_VALUE;
            // Compiled code does not; on a busy machine it comes late.
            long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (least >= 2000 && System.nanoTime() < patience) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 2000; i++) {
                    run.run();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertTrue(least < 2000, "bytes in 2000 runs: " + least);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (var session = Models.open(Models.sumAndDifference()); var memory = session.memory(MemoryInfo.CPU);
             var arena = Arena.ofConfined()) {
            assertThrows(TensorException.class, () -> onCpu(session).input("a", 3).build(), "b has no shape");
            assertThrows(TensorException.class, () -> onCpu(session).input("c", 3).build());
            assertThrows(TensorException.class, () -> onCpu(session).input("a", 3, 3).input("b", 3).build());
            assertThrows(TensorException.class, () -> onCpu(session).input("a", 3)
                .input("b", memory.tensor(ElementType.INT64, 3)).build());
            var elsewhere = new MemoryInfo("Cpu", 1, true);
            var e = assertThrows(TensorException.class, () -> onCpu(session).input("a", 3).input("b",
                DeviceTensor.wrap(arena, elsewhere, ElementType.FLOAT32, arena.allocate(12), 3)).build());
            assertTrue(e.getMessage().contains("Cpu:1") && e.getMessage().contains("Cpu:0"), e::getMessage);
            assertThrows(OrtException.class, () -> session.prepareOnDevice(MemoryInfo.cuda(0)).input("a", 3)
                .input("b", 3).build());
        }
        var strings = ModelBuilder.create().input("x", OnnxDataType.STRING, 1)
            .node("Identity", List.of("x"), List.of("y")).output("y", OnnxDataType.STRING, 1);
        try (var session = Models.open(strings)) {
            assertThrows(TensorException.class, () -> onCpu(session).build());
        }
    }

    @Test
    void memoryThatIsGoneEndsTheRunNotTheProcess() {
        try (var session = Models.open(Models.plus(1))) {
            var memory = session.memory(MemoryInfo.CPU);
            try (var run = onCpu(session).input("x", memory.tensor(ElementType.FLOAT32, 1)).build()) {
                run.run();
                memory.close();
                assertThrows(IllegalStateException.class, run::run);
                assertThrows(IllegalStateException.class, run::compute);
            }
        }
    }

    @Test
    void theSessionsEndEndsIt() {
        var session = Models.open(Models.nonZero());
        var run = onCpu(session).input("x", 2).build();
        run.input("x").segment().setAtIndex(JAVA_FLOAT, 0, 1);
        run.run();
        session.close();
        assertThrows(IllegalStateException.class, run::run);
        assertThrows(IllegalStateException.class, run::compute);
        assertThrows(IllegalStateException.class, () -> run.output("at"));
        run.close();
        run.close();
    }

    @Test
    void otherThreadsAreRefused() {
        try (var session = Models.open(Models.plus(1)); var run = onCpu(session).build()) {
            var e = CompletableFuture.supplyAsync(() -> assertThrows(WrongThreadException.class, run::run)).join();
            assertTrue(e.getMessage().contains("build one on each thread"), e::getMessage);
            CompletableFuture.runAsync(() -> assertThrows(WrongThreadException.class, run::close)).join();
            run.run();
        }
    }

    /** To read an output whose shape only a run tells gives it memory of the owner's arena, which is no one else's. */
    @Test
    void outputsOfUnknownShapeAreTheOwners() {
        try (var session = Models.open(Models.nonZero()); var run = onCpu(session).input("x", 2).build()) {
            run.input("x").segment().setAtIndex(JAVA_FLOAT, 1, 1);
            run.run();
            var e = CompletableFuture.supplyAsync(() ->
                assertThrows(WrongThreadException.class, () -> run.output("at"))).join();
            assertTrue(e.getMessage().contains("build one on each thread"), e::getMessage);
            assertArrayEquals(new long[] {1}, run.output("at").longs());
        }
    }

    /** Closing waits for the run in flight: the process lives, every run works or says that it is over. */
    @Test
    void closingTheSessionUnderRuns() {
        for (int round = 0; round < 10; round++) {
            var session = Models.open(Models.plus(new float[4096]));
            var runs = new AtomicInteger();
            var thread = Thread.startVirtualThread(() -> {
                try (var run = onCpu(session).build()) {
                    while (true) {
                        run.run();
                        runs.incrementAndGet();
                    }
                } catch (IllegalStateException e) {
                    // It is closed.
                }
            });
            while (runs.get() < 20) {
                Thread.onSpinWait();
            }
            session.close();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
