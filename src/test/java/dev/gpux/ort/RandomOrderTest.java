package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads open, prepare, bind, run and close the same few things in random order. Anything may be closed, dead or
 * another thread's at any moment: that must show as one of the documented exceptions, and every result that there is
 * must be right. {@code -Dgpux.seed=N} repeats the choices of a run, though not its timing.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RandomOrderTest {
    private static final int THREADS = 8;
    private static final int STEPS = 4000;
    private static final int SLOTS = 6;
    private static final byte[] MODEL = Models.bytes(Models.sumAndDifference());

    /** What all threads use and destroy together. */
    private final AtomicReferenceArray<Session> sessions = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<Arena> arenas = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<Tensor> tensors = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<PreparedRun> preparedRuns = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<DeviceMemory> memories = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<DeviceTensor> deviceTensors = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<DeviceRun> deviceRuns = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<RunOptions> options = new AtomicReferenceArray<>(SLOTS);
    private final AtomicLong good = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());

    /** One thread's life. */
    private final class Actor implements Runnable {
        private final Random random;
        /** A device run belongs to one thread, so that most of those of others only say so. */
        private DeviceRun own;

        Actor(long seed) {
            random = new Random(seed);
        }

        @Override
        public void run() {
            own = onDevice();
            for (int i = 0; i < STEPS && wrong.isEmpty(); i++) {
                try {
                    step();
                    good.incrementAndGet();
                } catch (IllegalStateException | TensorException | WrongThreadException | OrtException e) {
                    refused.incrementAndGet();
                } catch (Throwable e) {
                    wrong.add(e);
                }
            }
        }

        private int slot() {
            return random.nextInt(SLOTS);
        }

        private void step() {
            switch (random.nextInt(27)) {
                case 0 -> openSession();
                case 1 -> sessions.get(slot()).close();
                case 2 -> replaceArena();
                case 3 -> closeArena(arenas.get(slot()));
                case 4, 5, 6 -> newTensor();
                case 7 -> prepare();
                case 8, 9 -> preparedRuns.get(slot()).run();
                case 10 -> preparedRuns.get(slot()).close();
                case 11 -> preparedRuns.get(slot()).output("sum").floats();
                case 12 -> options.getAndSet(slot(), new RunOptions()).close();
                case 13 -> {
                    if (random.nextBoolean()) {
                        options.get(slot()).terminate();
                    } else {
                        options.get(slot()).reset();
                    }
                }
                case 14 -> sequence();
                case 15 -> ownLife();
                case 16 -> runInto(arenas.get(slot()));
                case 17 -> memories.getAndSet(slot(), sessions.get(slot()).memory(MemoryInfo.CPU)).close();
                case 18 -> deviceTensors.set(slot(), memories.get(slot()).tensor(ElementType.FLOAT32, 1 + slot()));
                case 19 -> tensors.set(slot(), filled(memories.get(slot()).hostTensor(ElementType.FLOAT32, 3), slot()));
                case 20 -> prepareOnDevice();
                case 21, 22 -> runOnDevice();
                case 23 -> use(deviceRuns.get(slot()));
                default -> runAndCheck();
            }
        }

        private void openSession() {
            try (var sessionOptions = new SessionOptions()) {
                sessions.getAndSet(slot(), Session.open(MODEL, sessionOptions.intraOpThreads(1))).close();
            }
        }

        private void replaceArena() {
            var fresh = switch (random.nextInt(3)) {
                case 0 -> Arena.ofConfined();
                case 1 -> Arena.ofAuto();
                default -> Arena.ofShared();
            };
            arenas.set(slot(), fresh);
        }

        private void closeArena(Arena arena) {
            try {
                arena.close();
            } catch (UnsupportedOperationException e) {
                // An automatic one.
            }
        }

        private void newTensor() {
            float value = random.nextInt(100);
            var handles = arenas.get(slot());
            int length = 1 + random.nextInt(3);
            tensors.set(slot(), switch (random.nextInt(3)) {
                case 0 -> filled(Tensor.allocate(handles, ElementType.FLOAT32, length), value);
                case 1 -> filled(Tensor.wrap(handles, ElementType.FLOAT32,
                    arenas.get(slot()).allocate(4L * length, 4), length), value);
                // Of a size at which ORT allocates.
                default -> Tensor.of(handles, new float[2000], 2000);
            });
        }

        private Tensor filled(Tensor tensor, float value) {
            for (long i = 0; i < tensor.shape().elements(); i++) {
                tensor.segment().setAtIndex(JAVA_FLOAT, i, value);
            }
            return tensor;
        }

        private void prepare() {
            var builder = sessions.get(slot()).prepare().options(options.get(slot()));
            var a = tensors.get(slot());
            if (random.nextBoolean()) {
                builder.input("a", a).input("b", tensors.get(slot()));
            } else {
                builder.input("a", 3).input("b", 3);
            }
            if (random.nextInt(4) == 0) {
                builder.output("sum", tensors.get(slot()));
            }
            preparedRuns.set(slot(), builder.build());
        }

        private void prepareOnDevice() {
            var builder = sessions.get(slot()).prepareOnDevice(MemoryInfo.CPU);
            if (random.nextInt(4) == 0) {
                builder.input("a", deviceTensors.get(slot())).input("b", deviceTensors.get(slot()));
            } else {
                builder.input("a", 3).input("b", 3);
            }
            if (random.nextInt(4) == 0) {
                builder.output("sum", deviceTensors.get(slot()));
            }
            if (random.nextInt(4) == 0) {
                builder.output("difference", 1 + random.nextInt(4));
            }
            var last = own;
            own = builder.build();
            deviceRuns.set(slot(), own);
            last.close();
        }

        /** What it computes is its own, unless somebody gave it a tensor. */
        private void runOnDevice() {
            float value = random.nextInt(1000);
            filled(own.input("a"), value);
            filled(own.input("b"), value);
            own.run();
            for (float sum : own.output("sum").floats()) {
                assertEquals(2 * value, sum);
            }
        }

        private void use(DeviceRun run) {
            switch (random.nextInt(6)) {
                case 0 -> run.close();
                case 1 -> run.run();
                case 2 -> run.upload();
                case 3 -> run.download();
                case 4 -> run.output("difference").floats();
                default -> run.compute();
            }
        }

        private void sequence() {
            var sequence = SequenceValue.of(arenas.get(slot()), List.of(tensors.get(slot()), tensors.get(slot())));
            ((Tensor) sequence.elements().getFirst()).floats();
        }

        private void runInto(Arena arena) {
            var outputs = sessions.get(slot()).run(arena, Map.of("a", tensors.get(slot()), "b", tensors.get(slot())));
            tensors.set(slot(), (Tensor) outputs.get("sum"));
        }

        /** On memory that nobody else writes to, so that the numbers must be right. */
        private void ownLife() {
            float value = random.nextInt(1000);
            try (var arena = Arena.ofConfined()) {
                var a = filled(Tensor.allocate(arena, ElementType.FLOAT32, 3), value);
                try (var outputs = sessions.get(slot()).run(Map.of("a", a, "b", a), List.of("sum"),
                        options.get(slot()))) {
                    for (float sum : outputs.tensor("sum").floats()) {
                        assertEquals(2 * value, sum);
                    }
                }
            }
        }

        private void runAndCheck() {
            var a = tensors.get(slot());
            var b = tensors.get(slot());
            try (var outputs = sessions.get(slot()).run(Map.of("a", a, "b", b))) {
                assertEquals(outputs.tensor("sum").shape(), outputs.tensor("difference").shape());
                outputs.tensor("sum").floats();
            }
        }
    }

    private static DeviceRun onDevice() {
        return Models.open(Models.sumAndDifference()).prepareOnDevice(MemoryInfo.CPU).input("a", 3).input("b", 3).build();
    }

    @Test
    void onlyDocumentedExceptions() throws InterruptedException {
        long seed = Long.getLong("gpux.seed", 1);
        for (int i = 0; i < SLOTS; i++) {
            sessions.set(i, Models.open(Models.sumAndDifference()));
            arenas.set(i, Arena.ofShared());
            tensors.set(i, Tensor.of(Arena.ofAuto(), new float[3], 3));
            options.set(i, new RunOptions());
            memories.set(i, sessions.get(i).memory(MemoryInfo.CPU));
            deviceTensors.set(i, memories.get(i).tensor(ElementType.FLOAT32, 3));
            deviceRuns.set(i, onDevice());
            preparedRuns.set(i, sessions.get(i).prepare().input("a", 3).input("b", 3).build());
        }
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().start(new Actor(seed + i)));
        }
        for (var thread : threads) {
            thread.join();
        }
        for (int i = 0; i < SLOTS; i++) {
            sessions.get(i).close();
        }
        var summary = "seed " + seed + ": " + good + " done, " + refused + " refused";
        if (!wrong.isEmpty()) {
            throw new AssertionError(summary, wrong.getFirst());
        }
        assertTrue(good.get() > THREADS * STEPS / 5, summary);
        assertTrue(refused.get() > THREADS * STEPS / 50, summary);
    }
}
