package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Everything is cancelled and closed again and again while many threads use it: right answers, or documented errors. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StormTest {
    private static final int THREADS = 16;
    private static final int TIMES = Integer.getInteger("gpux.storm", 1);

    private final List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    /** What a thread does, which may be refused at any moment. */
    @FunctionalInterface
    private interface Work {
        void go() throws InterruptedException;
    }

    private Thread start(Work work) {
        return Thread.ofPlatform().start(() -> attempt(work));
    }

    private void attempt(Work work) {
        try {
            work.go();
            done.incrementAndGet();
        } catch (IllegalStateException | OrtException | TensorException e) {
            refused.incrementAndGet();
        } catch (Throwable e) {
            wrong.add(e);
        }
    }

    private void nothingIsWrong() {
        for (var e : wrong) {
            throw new AssertionError(done + " done, " + refused + " refused, " + wrong.size() + " wrong", e);
        }
    }

    /** Runs that share a few options, which others terminate and reset all the time. */
    @Test
    void cancellation() throws InterruptedException {
        int runs = 100 * TIMES;
        var options = List.of(new RunOptions(), new RunOptions(), new RunOptions(), new RunOptions());
        try (var session = Models.open(Models.loop())) {
            var working = new CountDownLatch(THREADS);
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < THREADS; i++) {
                var own = options.get(i % options.size());
                float x = i;
                threads.add(start(() -> {
                    try {
                        for (int run = 0; run < runs; run++) {
                            attempt(() -> assertEquals(x + 300, loop(session, x, 300, own)));
                        }
                    } finally {
                        working.countDown();
                    }
                }));
            }
            var random = new Random(1);
            while (working.getCount() > 0) {
                int over = done.get() + refused.get();
                var one = options.get(random.nextInt(options.size()));
                if (random.nextInt(3) == 0) {
                    one.terminate();
                } else {
                    one.reset();
                }
                // A step for each run, however long runs take here: so some come to their end, and some do not.
                while (done.get() + refused.get() == over && working.getCount() > 0) {
                    Thread.sleep(0, 200_000);
                }
            }
            for (var thread : threads) {
                thread.join();
            }
            nothingIsWrong();
            assertTrue(done.get() > THREADS && refused.get() > 0, done + " done, " + refused + " refused");
            for (var one : options) {
                one.reset();
                assertEquals(7 + 300, loop(session, 7, 300, one));
                one.close();
            }
        }
    }

    private static float loop(Session session, float x, long rounds, RunOptions options) {
        try (var arena = Arena.ofConfined();
             var outputs = session.run(Map.of("x", Tensor.of(arena, new float[] {x}, 1),
                 "rounds", Tensor.of(arena, new long[] {rounds})), List.of("y"), options)) {
            return outputs.tensor("y").floats()[0];
        }
    }

    /** All at once: runs of every kind, and closes of everything that they need. */
    @Test
    void closing() throws InterruptedException {
        for (int round = 0; round < 60 * TIMES; round++) {
            var session = Models.open(Models.sumAndDifference());
            var options = new RunOptions();
            var inputs = Arena.ofShared();
            var a = Tensor.of(inputs, new float[] {5, 6, 7}, 3);
            var go = new CountDownLatch(1);
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < THREADS; i++) {
                int kind = i;
                threads.add(start(() -> {
                    go.await();
                    act(kind, session, options, inputs, a);
                }));
            }
            go.countDown();
            for (var thread : threads) {
                thread.join();
            }
            session.close();
            options.close();
            nothingIsWrong();
        }
        assertTrue(done.get() > 0 && refused.get() > 0, done + " done, " + refused + " refused");
    }

    private static void act(int kind, Session session, RunOptions options, Arena inputs, Tensor a) {
        var given = Map.of("a", a, "b", a);
        switch (kind % 8) {
            case 0 -> session.close();
            case 1 -> options.close();
            case 2 -> inputs.close();
            case 3 -> {
                try (var prepared = session.prepare().input("a", a).input("b", a).options(options).build()) {
                    for (int i = 0; i < 20; i++) {
                        prepared.run();
                        assertArrayEquals(new float[] {10, 12, 14}, prepared.output("sum").floats());
                    }
                }
            }
            case 4 -> {
                try (var memory = session.memory(MemoryInfo.CPU)) {
                    for (int i = 0; i < 20; i++) {
                        memory.hostTensor(ElementType.FLOAT32, 3).floats();
                        memory.tensor(ElementType.FLOAT32, 100);
                    }
                }
            }
            case 5 -> {
                try (var run = session.prepareOnDevice(MemoryInfo.CPU).input("a", 3).input("b", 3).output("sum", 3)
                        .output("difference", 3).build()) {
                    for (int i = 0; i < 20; i++) {
                        run.run();
                        run.await();
                        assertArrayEquals(new float[3], run.output("sum").floats());
                    }
                }
            }
            case 6 -> {
                for (int i = 0; i < 20; i++) {
                    try (var outputs = session.run(given, List.of("sum"), options)) {
                        assertArrayEquals(new float[] {10, 12, 14}, outputs.tensor("sum").floats());
                    }
                }
            }
            default -> {
                for (int i = 0; i < 20; i++) {
                    options.terminate();
                    options.reset();
                    session.metadata();
                }
            }
        }
    }
}
