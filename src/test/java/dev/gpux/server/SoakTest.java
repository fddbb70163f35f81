package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.onnx.OnnxDataType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests of all kinds, wrong ones among them, for {@code -Dgpux.soak.seconds=600} or a few seconds: nothing grows. */
class SoakTest {
    private static final long SECONDS = Long.getLong("gpux.soak.seconds", 6);
    private static final int CLIENTS = 8;
    private static final long MIB = 1 << 20;

    /** What a process holds. */
    private record Held(long heap, long resident, long threads, long files, long lent) {
        static Held now(Served served) throws IOException {
            System.gc();
            var memory = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            long resident = 0;
            for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    resident = Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            try (var files = Files.list(Path.of("/proc/self/fd"))) {
                return new Held(memory, resident, ManagementFactory.getThreadMXBean().getThreadCount(), files.count(),
                    served.server().pool().lentBytes());
            }
        }

        @Override
        public String toString() {
            return "heap %d MiB, resident %d MiB, %d threads, %d files, %d KiB lent".formatted(heap / MIB,
                resident / MIB, threads, files, lent / 1024);
        }
    }

    private static void one(Served served, Random random, AtomicLong answers) throws IOException {
        try (var client = served.connect()) {
            switch (random.nextInt(8)) {
                case 0 -> client.post("/v2/models/loop/infer", "application/json",
                    Served.rounds(Long.MAX_VALUE).getBytes(StandardCharsets.UTF_8), "X-Timeout-Ms: 20").answer();
                case 1 -> client.post("/v2/models/loop/infer", "application/json",
                    Served.rounds(Long.MAX_VALUE).getBytes(StandardCharsets.UTF_8));
                case 2 -> client.send("POST /v2/models/tiny/infer HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{\"inp");
                case 3 -> client.post("/v2/models/tiny/infer", "application/json", "{\"inputs\":[}".getBytes(
                    StandardCharsets.UTF_8)).answer();
                default -> {
                    var bytes = new byte[4 * (1 + random.nextInt(300_000))];
                    for (int i = 0; i < 10; i++) {
                        client.post("/v2/models/copy/infer", "application/octet-stream", bytes,
                            "Inference-Header-Content-Length: 0").answer();
                        client.post("/v2/models/loop/infer", "application/json",
                            Served.rounds(random.nextInt(50)).getBytes(StandardCharsets.UTF_8)).answer();
                        answers.addAndGet(2);
                    }
                }
            }
        }
    }

    private static void run(Served served, Duration time, AtomicLong answers) throws InterruptedException {
        var over = new AtomicBoolean();
        var failures = new ArrayList<Throwable>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                var random = new Random(i);
                threads.submit(() -> {
                    while (!over.get()) {
                        try {
                            one(served, random, answers);
                        } catch (IOException | RuntimeException e) {
                            synchronized (failures) {
                                failures.add(e);
                            }
                            return;
                        }
                    }
                });
            }
            Thread.sleep(time);
            over.set(true);
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("clients failed", failures.getFirst());
        }
        Served.await("all connections are over", () -> served.server().connections() == 0);
    }

    @Test
    void nothingGrows(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/self/fd")), "reads Linux's /proc");
        try (var served = Served.local().with(folder, "tiny", Served.tiny()).with(folder, "loop", Served.loop())
            .with(folder, "copy", Served.identity(OnnxDataType.FLOAT, "n"))) {
            var answers = new AtomicLong();
            run(served, Duration.ofSeconds(Math.max(3, SECONDS / 10)), answers);
            var before = Held.now(served);
            var steps = new ArrayList<Held>(List.of(before));
            for (int i = 0; i < (SECONDS >= 60 ? 5 : 1); i++) {
                run(served, Duration.ofSeconds(SECONDS / (SECONDS >= 60 ? 5 : 1)), answers);
                steps.add(Held.now(served));
            }
            var after = steps.getLast();
            System.out.println("soak: " + answers + " answers; " + steps);
            assertTrue(after.heap() - before.heap() < 32 * MIB, () -> "heap: " + steps);
            assertTrue(after.resident() - before.resident() < 200 * MIB, () -> "resident: " + steps);
            assertTrue(after.threads() - before.threads() <= 4, () -> "threads: " + steps);
            assertTrue(after.files() - before.files() <= 4, () -> "files: " + steps);
            // Each worker keeps what its last answer took, up to a mebibyte.
            assertTrue(after.lent() - before.lent() <= 8 * MIB, () -> "lent memory: " + steps);
        }
    }
}
