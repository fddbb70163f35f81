package dev.gpux.provider.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Environment;
import dev.gpux.ort.LogListener;
import dev.gpux.ort.LogSeverity;
import dev.gpux.ort.MemoryInfo;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.TensorException;
import dev.gpux.provider.Cuda;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inputs and outputs bound on the GPU, its own stream and ORT's, with a recorded graph and without. */
class DeviceRunGpuTest {
    private CudaDevice gpu;

    @BeforeEach
    void onAGpu() {
        gpu = Gpu.required();
    }

    private static Cuda cuda(CudaStream stream, boolean onStream, boolean graph) {
        var cuda = Cuda.standard().graph(graph);
        return onStream ? cuda.stream(stream.handle()) : cuda;
    }

    /** Many runs, since a graph is recorded in the second and replayed from the third on. */
    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void eachRunReadsWhatTheInputHoldsThen(boolean onStream, boolean graph) {
        try (var stream = gpu.stream(); var session = Gpu.open(Gpu.plus(10), cuda(stream, onStream, graph));
             var run = session.prepareOnDevice(stream).input("x", 2).build()) {
            var x = run.input("x").segment();
            var y = run.output("y").segment();
            for (int i = 0; i < 20; i++) {
                x.setAtIndex(JAVA_FLOAT, 0, i);
                x.setAtIndex(JAVA_FLOAT, 1, -i);
                run.run();
                assertArrayEquals(new float[] {10 + i, 10 - i}, y.toArray(JAVA_FLOAT));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void answersAsAPlainRun(boolean onStream, boolean graph) {
        var model = Gpu.model("cnn_mnist.onnx");
        try (var stream = gpu.stream(); var plain = Gpu.open(model, Cuda.standard());
             var session = Gpu.open(model, cuda(stream, onStream, graph));
             var run = session.prepareOnDevice(stream).input("input_image", 4, 1, 28, 28).build()) {
            for (int i = 0; i < 5; i++) {
                Gpu.fill(run.input("input_image").segment(), i);
                run.run();
                try (var expected = plain.run(Map.of("input_image", run.input("input_image")))) {
                    Gpu.assertClose(expected.tensor(0), run.output("output_probs"), 1e-5);
                }
            }
        }
    }

    @Test
    void graphsAreReplayed() {
        var messages = Collections.synchronizedList(new ArrayList<String>());
        LogListener listener = message -> messages.add(message.text());
        Environment.get().addLogListener(listener);
        try (var stream = gpu.stream(); var options = new SessionOptions().logSeverity(LogSeverity.INFO)) {
            Cuda.standard().graph(true).stream(stream.handle()).append(options);
            try (var session = Session.open(Gpu.plus(1), options);
                 var recorded = session.prepareOnDevice(stream).input("x", 8).build();
                 var launched = session.prepareOnDevice(stream).input("x", 8).graph(false).build()) {
                messages.clear();
                for (int i = 0; i < 5; i++) {
                    launched.run();
                }
                assertFalse(messages.stream().anyMatch(text -> text.contains("Replaying")), messages::toString);
                for (int i = 0; i < 5; i++) {
                    recorded.run();
                }
                assertTrue(messages.stream().anyMatch(text -> text.contains("Replaying")), messages::toString);
            }
        } finally {
            Environment.get().removeLogListener(listener);
        }
    }

    /** Each has memory of its own, so one must not replay the other's graph. */
    @Test
    void twoRunsOfOneSessionHaveTheirOwnGraphs() {
        try (var stream = gpu.stream(); var session = Gpu.open(Gpu.plus(1), cuda(stream, true, true));
             var two = session.prepareOnDevice(stream).input("x", 2).build();
             var three = session.prepareOnDevice(stream).input("x", 3).build()) {
            for (int i = 0; i < 8; i++) {
                two.input("x").segment().setAtIndex(JAVA_FLOAT, 1, i);
                three.input("x").segment().setAtIndex(JAVA_FLOAT, 2, 10 * i);
                two.run();
                three.run();
                assertArrayEquals(new float[] {1, 1 + i}, two.output("y").floats());
                assertArrayEquals(new float[] {1, 1, 1 + 10 * i}, three.output("y").floats());
            }
        }
    }

    @Test
    void modelsFollowOneAnotherOnTheDevice() {
        try (var stream = gpu.stream(); var first = Gpu.open(Gpu.plus(1), cuda(stream, true, false));
             var second = Gpu.open(Gpu.plus(10), cuda(stream, true, false));
             var memory = first.memory(MemoryInfo.cuda(0))) {
            var between = memory.tensor(ElementType.FLOAT32, 4);
            try (var a = first.prepareOnDevice(stream).input("x", 4).output("y", between).build();
                 var b = second.prepareOnDevice(stream).input("x", between).build()) {
                for (int i = 0; i < 100; i++) {
                    a.input("x").segment().setAtIndex(JAVA_FLOAT, 0, i);
                    a.upload();
                    a.compute();
                    b.compute();
                    b.download();
                    b.await();
                    assertArrayEquals(new float[] {11 + i, 11, 11, 11}, b.output("y").floats());
                }
            }
        }
    }

    /** A shape is read by the CPU: its input must not be bound on the device, where a binding would copy it once. */
    @Test
    void whatTheModelReadsOnTheHostStaysThere() {
        var model = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n").input("shape", OnnxDataType.INT64, 2)
            .node("Reshape", List.of("x", "shape"), List.of("r")).node("Add", List.of("r", "r"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "a", "b");
        try (var stream = gpu.stream();
             var session = Gpu.open(OnnxWriter.toBytes(model.build()), cuda(stream, true, false));
             var run = session.prepareOnDevice(stream).input("x", 6).build()) {
            var shape = run.input("shape").segment();
            run.input("x").segment().setAtIndex(JAVA_FLOAT, 5, 4);
            for (long rows = 1; rows <= 3; rows++) {
                shape.setAtIndex(JAVA_LONG, 0, rows);
                shape.setAtIndex(JAVA_LONG, 1, 6 / rows);
                run.run();
                assertArrayEquals(new long[] {rows, 6 / rows}, run.output("y").shape().toArray());
                assertEquals(8, run.output("y").floats()[5]);
            }
            assertThrows(TensorException.class, () -> run.deviceInput("shape"));
        }
    }

    @Test
    void pinnedMemoryGoesIntoPlainRunsToo() {
        try (var session = Gpu.open(Gpu.plus(1), Cuda.standard());
             var pinned = session.memory(MemoryInfo.cudaPinned(0));
             var prepared = session.prepare().input("x", pinned.hostTensor(ElementType.FLOAT32, 3))
                 .output("y", pinned.hostTensor(ElementType.FLOAT32, 3)).build()) {
            for (int i = 0; i < 10; i++) {
                prepared.input("x").segment().setAtIndex(JAVA_FLOAT, 2, i);
                prepared.run();
                assertArrayEquals(new float[] {1, 1, 1 + i}, prepared.output("y").floats());
            }
        }
    }

    @Test
    void putsNothingOnTheHeap() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (var stream = gpu.stream(); var session = Gpu.open(Gpu.plus(1), cuda(stream, true, true));
             var run = session.prepareOnDevice(stream).input("x", 16).build()) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 30; round++) {
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
    void aClosedStreamEndsTheRunNotTheProcess() {
        var stream = gpu.stream();
        try (var session = Gpu.open(Gpu.plus(1), cuda(stream, true, false))) {
            var run = session.prepareOnDevice(stream).input("x", 1).build();
            run.run();
            stream.close();
            assertThrows(IllegalStateException.class, run::run);
            assertThrows(IllegalStateException.class, run::compute);
            run.close();
        }
    }
}
