package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.ValueType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several threads: what they may do together, and that what they may not do is an exception or a wait, never a crash. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConcurrencyTest {
    private static final int THREADS = 8;
    private static final int FLOATS = 20_000;

    /** What a worker does over and over until it throws. */
    private enum Work {
        RUN {
            @Override
            void loop(Session session, CountDownLatch started) {
                try (var arena = Arena.ofConfined()) {
                    var inputs = Map.of("x", Tensor.of(arena, new float[1000], 1000));
                    for (int i = 0;; i++) {
                        session.run(inputs).close();
                        countOnce(started, i);
                    }
                }
            }
        },
        RUN_INTO_AN_ARENA {
            @Override
            void loop(Session session, CountDownLatch started) {
                for (int i = 0;; i++) {
                    session.run(Arena.ofAuto(), Map.of("x", Tensor.of(Arena.ofAuto(), new float[1000], 1000)));
                    countOnce(started, i);
                }
            }
        },
        PREPARED {
            @Override
            void loop(Session session, CountDownLatch started) {
                try (var prepared = session.prepare().input("x", 1000).build()) {
                    for (int i = 0;; i++) {
                        prepared.run();
                        countOnce(started, i);
                    }
                }
            }
        },
        PREPARED_WITH_MEMORY_OF_OTHERS {
            @Override
            void loop(Session session, CountDownLatch started) {
                var x = Tensor.of(Arena.ofAuto(), new float[1000], 1000);
                try (var prepared = session.prepare().input("x", x).build()) {
                    for (int i = 0;; i++) {
                        prepared.run();
                        prepared.output("y").floats();
                        countOnce(started, i);
                    }
                }
            }
        },
        PREPARE_AND_CLOSE {
            @Override
            void loop(Session session, CountDownLatch started) {
                for (int i = 0;; i++) {
                    try (var prepared = session.prepare().input("x", 1000).build()) {
                        prepared.run();
                    }
                    countOnce(started, i);
                }
            }
        },
        ASK {
            @Override
            void loop(Session session, CountDownLatch started) {
                for (int i = 0;; i++) {
                    session.metadata();
                    session.inputs();
                    session.overridableInitializers();
                    if (Environment.get().apiVersion() >= 24) {
                        session.assignment();
                    }
                    countOnce(started, i);
                }
            }
        };

        abstract void loop(Session session, CountDownLatch started);

        static void countOnce(CountDownLatch started, int i) {
            if (i == 3) {
                started.countDown();
            }
        }
    }

    /** The close comes when all threads are in full swing, lets each end with the documented exception, and ends. */
    @ParameterizedTest
    @EnumSource
    void aSessionClosedWhileEightThreadsUseIt(Work work) throws Exception {
        for (int round = 0; round < 5; round++) {
            var session = openRecording(Models.identity(ElementType.FLOAT32, "n"));
            var thrown = Collections.synchronizedList(new ArrayList<Throwable>());
            var started = new CountDownLatch(THREADS);
            var threads = start(THREADS, i -> {
                try {
                    work.loop(session, started);
                } catch (Throwable e) {
                    thrown.add(e);
                    started.countDown();
                }
            });
            started.await();
            session.close();
            for (var thread : threads) {
                thread.join();
            }
            assertEquals(THREADS, thrown.size());
            for (var e : thrown) {
                assertInstanceOf(IllegalStateException.class, e);
                assertTrue(e.getMessage().toLowerCase().contains("closed"), e::getMessage);
            }
        }
    }

    private static Session openRecording(ModelBuilder model) {
        try (var options = new SessionOptions()) {
            return Session.open(Models.bytes(model), options.intraOpThreads(1)
                .config("session.record_ep_graph_assignment_info", "1"));
        }
    }

    private static List<Thread> start(int count, Consumer<Integer> body) {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < count; i++) {
            int index = i;
            threads.add(Thread.ofPlatform().start(() -> body.accept(index)));
        }
        return threads;
    }

    /** Runs without a gap worth mentioning between them do not keep close() waiting. */
    @Test
    void closeDoesNotWaitForAGapBetweenRuns() throws Exception {
        var session = Models.open(Models.loop());
        var options = new RunOptions();
        var running = new CountDownLatch(2 * THREADS);
        var ended = new CountDownLatch(2 * THREADS);
        start(2 * THREADS, i -> {
            var x = Tensor.of(Arena.ofAuto(), new float[1], 1);
            var rounds = Tensor.of(Arena.ofAuto(), new long[] {3000});
            try (var prepared = session.prepare().input("x", x).input("rounds", rounds).options(options).build()) {
                running.countDown();
                while (true) {
                    if (i % 2 == 0) {
                        prepared.run();
                    } else {
                        session.run(Map.of("x", x, "rounds", rounds), List.of("y"), options).close();
                    }
                }
            } catch (IllegalStateException e) {
                ended.countDown();
            }
        });
        running.await();
        // The options first: half of the threads find them closed, the others the session.
        options.close();
        session.close();
        ended.await();
    }

    @Test
    void closingASessionWaitsForTheRun() throws Exception {
        var x = Tensor.of(Arena.ofAuto(), new float[1], 1);
        var rounds = Tensor.of(Arena.ofAuto(), new long[] {EndlessRun.ROUNDS});
        for (boolean prepare : new boolean[] {false, true}) {
            var session = EndlessRun.open();
            var run = new EndlessRun(options -> {
                if (prepare) {
                    try (var prepared = session.prepare().input("x", x).input("rounds", rounds).options(options)
                            .build()) {
                        prepared.run();
                    }
                } else {
                    session.run(Map.of("x", x, "rounds", rounds), List.of("y"), options).close();
                }
            });
            try (run) {
                var closed = new AtomicBoolean();
                var closer = Thread.ofPlatform().start(() -> {
                    session.close();
                    closed.set(true);
                });
                while (!isRefused(session)) {
                    Thread.onSpinWait();
                }
                closer.join(50);
                assertFalse(closed.get(), "the run goes on, so close() must wait");
                assertInstanceOf(OrtException.class, run.end());
                closer.join();
                assertTrue(closed.get());
            }
        }
    }

    private static boolean isRefused(Session session) {
        try {
            session.inputs();
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    @Test
    void closingRunOptionsWaitsForTheRun() throws Exception {
        try (var session = EndlessRun.open();
             var run = EndlessRun.of(session, Map.of("x", Tensor.of(Arena.ofAuto(), new float[1], 1),
                 "rounds", Tensor.of(Arena.ofAuto(), new long[] {300_000})))) {
            // Nobody ends this run: it comes to its end, and close() returns then.
            run.options().close();
            assertThrows(IllegalStateException.class, () -> run.options().terminate());
        }
    }

    /** Every arena that a run needs, closed by another thread while ORT is computing. */
    @Test
    void closingAnArenaDuringARunIsRefused() throws Exception {
        var memory = Arena.ofShared();
        var handle = Arena.ofShared();
        var roundsArena = Arena.ofShared();
        var into = Arena.ofShared();
        var x = Tensor.wrap(handle, ElementType.FLOAT32, memory.allocate(4, 4), 1);
        var rounds = Tensor.of(roundsArena, new long[] {EndlessRun.ROUNDS});
        try (var session = EndlessRun.open()) {
            try (var run = EndlessRun.of(session, Map.of("x", x, "rounds", rounds))) {
                areRefused(memory, handle, roundsArena);
                assertInstanceOf(OrtException.class, run.end());
            }
            var y = Arena.ofShared();
            var output = Tensor.wrap(handle, ElementType.FLOAT32, y.allocate(4, 4), 1);
            try (var run = new EndlessRun(options -> {
                    try (var prepared = session.prepare().input("x", x).input("rounds", rounds).output("y", output)
                            .options(options).build()) {
                        prepared.run();
                    }
                })) {
                areRefused(memory, handle, roundsArena, y);
                assertInstanceOf(OrtException.class, run.end());
            }
            try (var run = new EndlessRun(options ->
                    session.run(into, Map.of("x", x, "rounds", rounds), options))) {
                areRefused(memory, handle, roundsArena, into);
                assertInstanceOf(OrtException.class, run.end());
            }
            y.close();
        }
        for (var arena : List.of(memory, handle, roundsArena, into)) {
            arena.close();
        }
    }

    private static void areRefused(Arena... arenas) {
        for (var arena : arenas) {
            assertThrows(IllegalStateException.class, arena::close);
            assertTrue(arena.scope().isAlive());
        }
    }

    @Test
    void closingAnInitializersArenaDuringARunIsRefused() throws Exception {
        var arena = Arena.ofShared();
        var options = new SessionOptions().initializer("one",
            Tensor.wrap(arena, ElementType.FLOAT32, arena.allocate(4, 4), 1));
        try (var session = EndlessRun.open(options);
             var run = EndlessRun.of(session, Map.of("x", Tensor.of(Arena.ofAuto(), new float[1], 1),
                 "rounds", Tensor.of(Arena.ofAuto(), new long[] {EndlessRun.ROUNDS})))) {
            areRefused(arena);
            assertInstanceOf(OrtException.class, run.end());
        }
        arena.close();
    }

    @Test
    void closingASequencesElementsDuringARunIsRefused() throws Exception {
        var type = ValueType.sequence(Models.floats());
        var model = Models.loop().input("s", type).node("SequenceLength", List.of("s"), List.of("length"))
            .output("length", OnnxDataType.INT64);
        var elements = Arena.ofShared();
        var sequence = SequenceValue.of(Arena.ofAuto(), List.of(Tensor.of(elements, new float[1], 1)));
        try (var options = new SessionOptions();
             var session = Session.open(Models.bytes(model), options.log("", LogSeverity.INFO));
             var run = EndlessRun.of(session, Map.of("x", Tensor.of(Arena.ofAuto(), new float[1], 1), "s", sequence,
                 "rounds", Tensor.of(Arena.ofAuto(), new long[] {EndlessRun.ROUNDS})))) {
            areRefused(elements);
            assertInstanceOf(OrtException.class, run.end());
        }
        elements.close();
    }

    /**
     * Nothing but the call itself needs these tensors, and the garbage collector has all the time it wants: if the call
     * did not hold them, their memory, a mapped file, would be gone while ORT reads it.
     */
    @Test
    void tensorsOfAutomaticArenasInHotLoops(@TempDir Path folder) throws Exception {
        var end = new AtomicBoolean();
        var file = folder.resolve("x");
        Files.write(file, new byte[FLOATS * 4]);
        try (var session = Models.open(Models.readingLoop()); var channel = FileChannel.open(file)) {
            // Only compiled code lets go of what it does not need any more.
            for (int i = 0; i < 2000; i++) {
                sumsZeros(session, channel, 1);
            }
            var collector = Thread.ofPlatform().start(() -> {
                while (!end.get()) {
                    System.gc();
                }
            });
            try {
                for (int i = 0; i < 5; i++) {
                    sumsZeros(session, channel, 15_000);
                }
            } finally {
                end.set(true);
                collector.join();
            }
        }
    }

    /** What {@link Session#run} does, less everything that happens to keep the tensors reachable. */
    private static void sumsZeros(Session session, FileChannel channel, long rounds) throws IOException {
        var api = Environment.get().gate();
        try (var arena = Arena.ofConfined()) {
            var values = arena.allocate(ADDRESS, 3);
            var held = putInputs(values, channel, rounds);
            api.check(held.run(api.pointer(ApiFunction.RUN), session.handle(), MemorySegment.NULL,
                Api.cStrings(arena, List.of("x", "rounds")), values.address(), 2,
                Api.cStrings(arena, List.of("y")), 1, values.address() + 2 * ADDRESS.byteSize()));
            var y = (Tensor) Values.adopt(api, arena, values.getAtIndex(JAVA_LONG, 2),
                arena.allocate(Values.SCRATCH, 8));
            assertEquals(-1, y.segment().mismatch(arena.allocate(FLOATS * 4)));
        }
    }

    private static HeldMemory putInputs(MemorySegment values, FileChannel channel, long rounds) throws IOException {
        var held = new HeldMemory();
        var x = Tensor.wrap(Arena.ofAuto(), ElementType.FLOAT32,
            channel.map(MapMode.READ_ONLY, 0, FLOATS * 4, Arena.ofAuto()), FLOATS);
        var count = Tensor.of(Arena.ofAuto(), new long[] {rounds});
        held.hold(x);
        held.hold(count);
        values.setAtIndex(ADDRESS, 0, x.handle());
        values.setAtIndex(ADDRESS, 1, count.handle());
        return held;
    }

    @Test
    void sixtyFourThreadsGetWhatOneGets() throws Exception {
        try (var session = Session.open(Models.fetched("cnn_mnist.onnx"))) {
            var expected = new ArrayList<float[]>();
            for (int i = 0; i < 64; i++) {
                expected.add(classify(session, i));
            }
            assertNotSame(expected.get(0), expected.get(1));
            assertFalse(Arrays.equals(expected.get(0), expected.get(1)), "the inputs differ");
            for (var threads : List.<ExecutorService>of(Executors.newFixedThreadPool(64),
                    Executors.newVirtualThreadPerTaskExecutor())) {
                var good = new AtomicInteger();
                try (threads) {
                    for (int i = 0; i < 64; i++) {
                        int index = i;
                        threads.submit(() -> {
                            for (int j = 0; j < 5; j++) {
                                assertArrayEquals(expected.get(index), classify(session, index));
                                assertArrayEquals(expected.get(index), classifyPrepared(session, index));
                            }
                            return good.incrementAndGet();
                        });
                    }
                }
                assertEquals(64, good.get());
            }
        }
    }

    private static void fill(Tensor image, int seed) {
        for (int i = 0; i < 784; i++) {
            image.segment().setAtIndex(JAVA_FLOAT, i, ((i + 1) * (seed + 3) % 251) / 251f);
        }
    }

    private static float[] classify(Session session, int seed) {
        try (var arena = Arena.ofConfined()) {
            var image = Tensor.allocate(arena, ElementType.FLOAT32, 1, 1, 28, 28);
            fill(image, seed);
            try (var outputs = session.run(Map.of("input_image", image))) {
                return outputs.tensor("output_probs").floats();
            }
        }
    }

    private static float[] classifyPrepared(Session session, int seed) {
        try (var prepared = session.prepare().input("input_image", 1, 1, 28, 28).build()) {
            fill(prepared.input("input_image"), seed);
            prepared.run();
            return prepared.output("output_probs").floats();
        }
    }

    @Test
    void twoThreadsCloseOneSession() throws Exception {
        for (int i = 0; i < 50; i++) {
            var session = Models.open(Models.plus(1));
            var prepared = session.prepare().build();
            var threads = start(2, j -> session.close());
            prepared.close();
            for (var thread : threads) {
                thread.join();
            }
            assertThrows(IllegalStateException.class, session::inputs);
        }
    }

    @Test
    void tensorsOfASharedArenaOnManyThreads() throws Exception {
        try (var session = Models.open(Models.plus(1, 2)); var arena = Arena.ofShared()) {
            var inputs = Map.of("x", Tensor.of(arena, new float[2], 2));
            var results = Collections.synchronizedList(new ArrayList<Value>());
            for (var thread : start(THREADS, i -> results.add(session.run(arena, inputs).get("y")))) {
                thread.join();
            }
            assertEquals(THREADS, results.size());
            for (var y : results) {
                assertArrayEquals(new float[] {1, 2}, ((Tensor) y).floats());
            }
        }
    }
}
