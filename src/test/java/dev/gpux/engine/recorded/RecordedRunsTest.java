package dev.gpux.engine.recorded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.MemoryInfo;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.Value;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recorded runs on a device that is the CPU, whose graphs are plain runs: the same calls and memory as on a GPU. */
class RecordedRunsTest {
    private final RunOptions options = new RunOptions();

    @AfterEach
    void close() {
        options.close();
    }

    /** A session that takes the CPU for a provider that records. */
    private static Session recording(byte[] model) {
        try (var options = new SessionOptions().recordsGraphs()) {
            return Session.open(model, options);
        }
    }

    private static Recorder recorder(Session session) {
        return new Recorder(session, () -> session.prepareOnDevice(MemoryInfo.CPU));
    }

    /** {@code y = x + w}, of any length. */
    private static byte[] plus(float w) {
        return OnnxWriter.toBytes(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n")
            .initializer("w", new long[] {1}, w).node("Add", List.of("x", "w"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "n").build());
    }

    /** Where x is not zero: how many that are, only a run tells. */
    private static byte[] nonZero() {
        return OnnxWriter.toBytes(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n")
            .node("NonZero", List.of("x"), List.of("at")).output("at", OnnxDataType.INT64, "one", "found").build());
    }

    private float[] run(RecordedRuns runs, float... x) {
        try (var arena = Arena.ofConfined()) {
            return ((Tensor) runs.run(arena, Map.of("x", Tensor.of(arena, x, x.length)), options).get("y")).floats();
        }
    }

    /** What comes once is not worth a recording; from the third time on it is replayed, and reads what is given. */
    @Test
    void shapesThatComeAgainAreRecorded() {
        try (var session = recording(plus(10)); var runs = recorder(session).runs()) {
            for (int i = 0; i < 5; i++) {
                assertArrayEquals(new float[] {10 + i, 10 - i}, run(runs, i, -i));
                assertEquals(Math.min(2, i), runs.count(), "after run " + i);
                assertArrayEquals(new float[] {10 + i}, run(runs, i));
                assertEquals(i < 1 ? 0 : 2, runs.count(), "after run " + i);
            }
        }
    }

    @Test
    void answersOutliveTheNextRun() {
        try (var session = recording(plus(1)); var runs = recorder(session).runs(); var arena = Arena.ofConfined()) {
            var answers = new ArrayList<Tensor>();
            for (int i = 0; i < 5; i++) {
                var x = Tensor.of(arena, new float[] {i}, 1);
                answers.add((Tensor) runs.run(arena, Map.of("x", x), options).get("y"));
            }
            for (int i = 0; i < 5; i++) {
                assertEquals(1 + i, answers.get(i).floats()[0]);
            }
        }
    }

    @Test
    void thereAreOnlySoMany() {
        try (var session = recording(plus(1)); var runs = recorder(session).runs()) {
            for (int time = 0; time < 3; time++) {
                for (int n = 1; n <= RecordedRuns.MOST + 8; n++) {
                    var y = run(runs, new float[n]);
                    assertEquals(n, y.length);
                    assertEquals(1, y[n - 1]);
                }
            }
            assertEquals(RecordedRuns.MOST, runs.count());
        }
    }

    /** Its bytes would be taken for those of the type that was recorded. */
    @Test
    void anotherTypeIsRefusedAsEver() {
        try (var session = recording(plus(1)); var runs = recorder(session).runs(); var arena = Arena.ofConfined()) {
            for (int i = 0; i < 3; i++) {
                run(runs, 1, 2);
            }
            var integers = Tensor.of(arena, new int[] {1, 2}, 2);
            assertThrows(RuntimeException.class, () -> runs.run(arena, Map.of("x", integers), options));
            assertThrows(RuntimeException.class, () -> runs.run(arena, Map.<String, Value>of(), options));
            assertArrayEquals(new float[] {4, 5}, run(runs, 3, 4));
        }
    }

    /** A recording that answers otherwise, here since it is of another model, is never used. */
    @Test
    void whatAnswersOtherwiseIsNotUsed() {
        try (var session = recording(plus(1)); var other = recording(plus(2))) {
            var recorder = new Recorder(session, () -> other.prepareOnDevice(MemoryInfo.CPU));
            try (var runs = recorder.runs()) {
                for (int i = 0; i < 5; i++) {
                    assertArrayEquals(new float[] {1 + i}, run(runs, i));
                }
                assertEquals(0, runs.count());
                assertEquals(List.of("runs on {x=[1]} and on all shapes to come are not recorded: a plain run answers "
                    + "otherwise; the output 'y' differs: by 5.0e-01 of the largest number"), recorder.notes());
            }
        }
    }

    @Test
    void whatCannotBeRecordedRunsPlainly() {
        try (var session = recording(nonZero()); var arena = Arena.ofConfined()) {
            var recorder = recorder(session);
            try (var runs = recorder.runs()) {
                for (int found = 1; found < 5; found++) {
                    var x = new float[6];
                    Arrays.fill(x, 0, found, 1);
                    var at = (Tensor) runs.run(arena, Map.of("x", Tensor.of(arena, x, 6)), options).get("at");
                    assertEquals(found, at.shape().size(1));
                }
                assertEquals(0, runs.count());
                assertEquals(1, recorder.notes().size(), "tried once, and told once");
                assertTrue(recorder.notes().getFirst().startsWith("runs on {x=[6]} "), recorder.notes()::toString);
            }
        }
    }

    /** Each thread has runs of its own, of a session that others run plainly at the same time. */
    @Test
    void threadsDoNotReadEachOthersNumbers() throws Exception {
        try (var session = recording(plus(1)); var pool = Executors.newFixedThreadPool(4)) {
            var recorder = recorder(session);
            var running = new ArrayList<Future<Integer>>();
            for (int t = 0; t < 4; t++) {
                int thread = t;
                running.add(pool.submit(() -> {
                    try (var runs = recorder.runs(); var own = new RunOptions()) {
                        for (int i = 0; i < 300; i++) {
                            try (var arena = Arena.ofConfined()) {
                                int n = 1 + i % 3;
                                var x = new float[n];
                                x[n - 1] = 1000 * thread + i;
                                var inputs = Map.of("x", Tensor.of(arena, x, n));
                                var y = (Tensor) (i % 7 == 0 ? session.run(arena, inputs, own)
                                    : runs.run(arena, inputs, own)).get("y");
                                assertEquals(x[n - 1] + 1, y.floats()[n - 1]);
                            }
                        }
                        return runs.count();
                    }
                }));
            }
            for (var each : running) {
                assertEquals(3, each.get());
            }
            assertEquals(List.of(), recorder.notes());
        }
    }

    @Test
    void aClosedSessionIsAnException() {
        var session = recording(plus(1));
        var runs = recorder(session).runs();
        for (int i = 0; i < 3; i++) {
            run(runs, i);
        }
        session.close();
        assertThrows(IllegalStateException.class, () -> run(runs, 1));
        assertThrows(IllegalStateException.class, () -> run(runs, 1, 2));
        runs.close();
    }

    /** The session may be closed while others run it. */
    @Test
    void closingInTheMiddleEndsRunsWithExceptions() throws Exception {
        for (int round = 0; round < 10; round++) {
            var session = recording(plus(1));
            var recorder = recorder(session);
            var done = new AtomicInteger();
            try (var pool = Executors.newFixedThreadPool(3)) {
                var running = new ArrayList<Future<?>>();
                for (int t = 0; t < 3; t++) {
                    running.add(pool.submit(() -> {
                        try (var runs = recorder.runs()) {
                            while (true) {
                                run(runs, 1, 2, 3);
                                done.incrementAndGet();
                            }
                        } catch (IllegalStateException e) {
                            return;
                        }
                    }));
                }
                while (done.get() < 50) {
                    Thread.onSpinWait();
                }
                session.close();
                for (var each : running) {
                    each.get();
                }
            }
        }
    }

    @Test
    void whatIsRepeatedIsRecordedWhereItCanBe() {
        try (var session = recording(plus(5)); var arena = Arena.ofConfined()) {
            var x = Tensor.of(arena, new float[] {1, 2}, 2);
            try (var run = recorder(session).repeat(Map.of("x", x), options).orElseThrow()) {
                run.run();
                assertArrayEquals(new float[] {6, 7}, run.output("y").floats());
            }
            assertThrows(TensorException.class, () -> recorder(session).repeat(Map.of("x",
                Tensor.of(arena, new float[] {1, 2}, 1, 2)), options), "a plain run says what is wrong");
        }
    }
}
