package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sessions that have run so often that outputs of fixed shapes get spare tensors, and small inputs are copied. */
class FixedOutputsTest {
    private static final int ENOUGH = FixedOutputs.WATCHED + 50;
    /** More results than there are spare tensors for a thread. */
    private static final int MANY = 20;

    private static Session warm(ModelBuilder model, float... x) {
        var session = Models.open(model);
        for (int i = 0; i < ENOUGH; i++) {
            run(session, x);
        }
        return session;
    }

    private static float[] run(Session session, float... x) {
        try (var arena = Arena.ofConfined(); var outputs = session.run(Map.of("x", Tensor.of(arena, x, x.length)))) {
            return outputs.tensor("y").floats();
        }
    }

    /** {@code y = x}; declares as many elements as it likes. */
    private static ModelBuilder declaring(int elements) {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n").node("Identity", List.of("x"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, elements);
    }

    @Test
    void memoryIsUsedAgain() {
        try (var session = warm(Models.plus(1, 2), 0, 0); var arena = Arena.ofConfined()) {
            var addresses = new HashSet<Long>();
            for (int i = 0; i < ENOUGH; i++) {
                try (var outputs = session.run(Map.of("x", Tensor.of(arena, new float[] {i, i}, 2)))) {
                    addresses.add(outputs.tensor("y").segment().address());
                    assertArrayEquals(new float[] {i + 1, i + 2}, outputs.tensor("y").floats());
                }
            }
            assertTrue(addresses.size() < 9, () -> "outputs lay at " + addresses);
        }
    }

    @Test
    void everyOpenResultHasItsOwnMemory() {
        try (var session = warm(Models.plus(1, 2), 0, 0)) {
            for (int round = 0; round < 3; round++) {
                var open = new ArrayList<Outputs>();
                try (var arena = Arena.ofConfined()) {
                    for (int i = 0; i < MANY; i++) {
                        open.add(session.run(Map.of("x", Tensor.of(arena, new float[] {i, i}, 2))));
                    }
                    for (int i = 0; i < MANY; i++) {
                        assertArrayEquals(new float[] {i + 1, i + 2}, open.get(i).tensor("y").floats());
                    }
                }
                open.forEach(Outputs::close);
            }
        }
    }

    @Test
    void resultsThatNobodyClosesCostNothingButMemory() {
        try (var session = warm(Models.plus(1, 2), 0, 0)) {
            // On a thread of its own, whose spare tensors are then lost.
            var thread = new Thread(() -> {
                for (int i = 0; i < MANY; i++) {
                    try (var inputs = Arena.ofConfined()) {
                        session.run(Map.of("x", Tensor.of(inputs, new float[] {i, i}, 2)));
                    }
                }
                assertArrayEquals(new float[] {6, 7}, run(session, 5, 5));
            });
            var failure = new ArrayList<Throwable>();
            thread.setUncaughtExceptionHandler((_, e) -> failure.add(e));
            thread.start();
            assertEquals(List.of(), join(thread, failure));
            assertArrayEquals(new float[] {6, 7}, run(session, 5, 5));
        }
    }

    private static List<Throwable> join(Thread thread, List<Throwable> failure) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            failure.add(e);
        }
        return failure;
    }

    @Test
    void aDeclarationThatTurnsOutWrongIsNotBelieved() {
        try (var session = warm(declaring(2), 1, 2)) {
            assertArrayEquals(new float[] {1, 2, 3}, run(session, 1, 2, 3));
            assertArrayEquals(new float[] {4}, run(session, 4));
            for (int i = 0; i < ENOUGH; i++) {
                assertArrayEquals(new float[] {i, 2}, run(session, i, 2));
            }
        }
        try (var session = warm(declaring(2), 1, 2, 3)) {
            assertArrayEquals(new float[] {1, 2}, run(session, 1, 2));
        }
    }

    /** A client's wrong index costs one run, as in every session. */
    @Test
    void whatOrtRefusesIsNotTriedAgain() {
        var model = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n")
            .initializer("table", new long[] {2}, 3f, 4f)
            .node("Cast", List.of("x"), List.of("index"), Attribute.of("to", OnnxDataType.INT64.number()))
            .node("Gather", List.of("table", "index"), List.of("found"))
            .node("ReduceMax", List.of("found"), List.of("y")).output("y", OnnxDataType.FLOAT, 1);
        var failures = new AtomicInteger();
        LogListener listener = message -> failures.addAndGet(message.text().contains("running Gather") ? 1 : 0);
        try (var session = warm(model, 0, 1)) {
            Environment.get().addLogListener(listener);
            for (int i = 1; i < 4; i++) {
                var e = assertThrows(OrtException.class, () -> run(session, 7));
                assertEquals(ErrorCode.INVALID_ARGUMENT, e.code());
                assertEquals(i, failures.get());
            }
            assertArrayEquals(new float[] {4}, run(session, 1));
        } finally {
            Environment.get().removeLogListener(listener);
        }
    }

    @Test
    void openAndFixedOutputsOfOneModel() {
        var model = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n")
            .initializer("two", new long[] {1}, 2f)
            .node("NonZero", List.of("x"), List.of("at"))
            .node("ReduceSum", List.of("x"), List.of("sum"))
            .node("Mul", List.of("sum", "two"), List.of("y"))
            .output("at", OnnxDataType.INT64, 1, "found").output("y", OnnxDataType.FLOAT, 1)
            .output("two", OnnxDataType.FLOAT, 1);
        try (var session = warm(model, 1, 2); var arena = Arena.ofConfined()) {
            for (int i = 1; i < ENOUGH; i++) {
                try (var outputs = session.run(Map.of("x", Tensor.of(arena, new float[] {0, i, 1}, 3)))) {
                    assertArrayEquals(new long[] {1, 2}, outputs.tensor("at").longs());
                    assertArrayEquals(new float[] {2 * i + 2}, outputs.tensor("y").floats());
                    assertArrayEquals(new float[] {2}, outputs.tensor("two").floats());
                    // A result is the caller's to write to; the model's own weights are not.
                    outputs.tensor("two").segment().set(JAVA_FLOAT, 0, 7);
                }
            }
        }
    }

    @Test
    void aTensorMayServeOftenAndChangeBetweenRuns() {
        try (var session = warm(Models.plus(1, 2), 0, 0); var arena = Arena.ofConfined()) {
            var x = Tensor.of(arena, new float[2], 2);
            for (int i = 0; i < 5; i++) {
                x.segment().setAtIndex(JAVA_FLOAT, 0, i);
                try (var outputs = session.run(Map.of("x", x)); var next = session.run(Map.of("x",
                    outputs.tensor("y")))) {
                    assertArrayEquals(new float[] {i + 2, 4}, next.tensor("y").floats());
                }
            }
        }
    }

    @Test
    void misuseIsAnExceptionAsBefore() throws InterruptedException {
        try (var session = warm(Models.plus(1, 2), 0, 0); var arena = Arena.ofConfined()) {
            var arenaOfThePast = Arena.ofConfined();
            var closed = Tensor.of(arenaOfThePast, new float[2], 2);
            arenaOfThePast.close();
            assertThrows(TensorException.class, () -> session.run(Map.of("x", closed)));
            assertThrows(TensorException.class, () -> session.run(Map.of("x", Tensor.of(arena, new float[3], 3))));
            assertThrows(TensorException.class, () -> session.run(Map.of("x", Tensor.of(arena, new int[2], 2))));
            assertThrows(TensorException.class, () -> session.run(Map.of()));
            var mine = Tensor.of(arena, new float[2], 2);
            var task = new FutureTask<>(() -> assertThrows(TensorException.class,
                () -> session.run(Map.of("x", mine))));
            Thread.ofVirtual().start(task).join();
            assertFalse(task.state() == Future.State.FAILED, () -> task.exceptionNow().toString());

            var outputs = session.run(Map.of("x", mine));
            var y = outputs.tensor("y");
            var memory = y.segment();
            outputs.close();
            outputs.close();
            assertThrows(IllegalStateException.class, () -> memory.get(JAVA_FLOAT, 0));
            assertThrows(IllegalStateException.class, y::segment);
            assertThrows(TensorException.class, () -> session.run(Map.of("x", y)));
            // No spare tensor was lost on the way.
            assertArrayEquals(new float[] {1, 2}, run(session, 0, 0));
        }
    }

    /** Of threads whose numbers have the same rest, and of more threads than there are spare tensors. */
    @Test
    void threadsDoNotShareResults() throws InterruptedException, ExecutionException {
        try (var session = warm(Models.plus(1, 2), 0, 0); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Future<?>>();
            for (int thread = 0; thread < 200; thread++) {
                int x = thread;
                tasks.add(threads.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        try (var arena = Arena.ofConfined();
                             var outputs = session.run(Map.of("x", Tensor.of(arena, new float[] {x, i}, 2)))) {
                            Thread.yield();
                            assertArrayEquals(new float[] {x + 1, i + 2}, outputs.tensor("y").floats());
                        }
                    }
                }));
            }
            for (var task : tasks) {
                task.get();
            }
        }
    }

    /** What a thread keeps open while others run, and while the session closes under all of them. */
    private static final class Keeper {
        private static final int MOST = 12;

        private final ArrayDeque<Outputs> open = new ArrayDeque<>();
        private final int number;
        private int next;

        Keeper(int number) {
            this.number = number;
        }

        /** Until the session is closed; every fourth run reads what an open result lies in. */
        void run(Session session, CountDownLatch started) {
            try (var arena = Arena.ofConfined()) {
                while (true) {
                    open.add(session.run(Map.of("x", Tensor.of(arena, new float[] {number, next}, 2))));
                    next++;
                    if (next % 4 == 0) {
                        try (var chained = session.run(Map.of("x", open.getLast().tensor("y")))) {
                            assertArrayEquals(new float[] {number + 2, next + 3}, chained.tensor("y").floats());
                        }
                    }
                    while (open.size() > next % MOST) {
                        closeOldest();
                    }
                    if (next == FixedOutputs.WATCHED) {
                        started.countDown();
                    }
                }
            } catch (IllegalStateException e) {
                // It is closed; what was open is still good.
                while (!open.isEmpty()) {
                    closeOldest();
                }
            }
        }

        private void closeOldest() {
            int i = next - open.size();
            var oldest = open.poll();
            var memory = oldest.tensor("y").segment();
            assertArrayEquals(new float[] {number + 1, i + 2}, oldest.tensor("y").floats());
            oldest.close();
            oldest.close();
            assertThrows(IllegalStateException.class, () -> memory.get(JAVA_FLOAT, 0));
        }
    }

    /** 64 threads with up to a dozen open results each, more than spare tensors, and a close in the middle. */
    @Test
    void openResultsStayAsTheyAreWhateverOthersDo() throws InterruptedException, ExecutionException {
        for (int round = 0; round < 3; round++) {
            var session = warm(Models.plus(1, 2), 0, 0);
            var started = new CountDownLatch(64);
            try (var threads = Executors.newFixedThreadPool(64)) {
                var tasks = new ArrayList<Future<?>>();
                for (int thread = 0; thread < 64; thread++) {
                    var keeper = new Keeper(thread);
                    tasks.add(threads.submit(() -> {
                        try {
                            keeper.run(session, started);
                        } finally {
                            started.countDown();
                        }
                    }));
                }
                started.await();
                session.close();
                for (var task : tasks) {
                    task.get();
                }
            }
        }
        everyOpenResultHasItsOwnMemory();
    }
}
