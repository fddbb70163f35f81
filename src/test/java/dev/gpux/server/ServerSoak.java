package dev.gpux.server;

import dev.gpux.onnx.OnnxDataType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server under requests of all kinds, wrong ones among them, in a process of its own, whose memory is the server's alone:
 * writes what it holds after a warm-up and after each of some turns.
 */
public final class ServerSoak {
    /** What stands before a line of {@link Held}. */
    static final String HELD = "held ";
    private static final int CLIENTS = 8;
    static final long MIB = 1 << 20;
    private static final String JSON = "application/json";
    private static final String OCTETS = "application/octet-stream";
    private static final String RAW = "Inference-Header-Content-Length: 0";
    private static final String LOOP = "/v2/models/loop/infer";

    /** What a process holds; besides the heap, what is resident. */
    record Held(long heap, long other, long threads, long files, long lent, long arenas) {
        static Held read(String line) {
            var n = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
            return new Held(n[0], n[1], n[2], n[3], n[4], n[5]);
        }

        private static Held now(Served served) throws IOException {
            System.gc();
            var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
            long resident = 0;
            for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    resident = Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            try (var files = Files.list(Path.of("/proc/self/fd"))) {
                return new Held(heap.getUsed(), resident - heap.getCommitted(),
                    ManagementFactory.getThreadMXBean().getThreadCount(), files.count(),
                    served.server().pool().lentBytes(), served.server().repository().list().stream()
                        .flatMap(listed -> listed.served().orElseThrow().arenas().values().stream())
                        .mapToLong(arena -> arena.inUse()).sum());
            }
        }

        private String line() {
            return heap + " " + other + " " + threads + " " + files + " " + lent + " " + arenas;
        }

        @Override
        public String toString() {
            return "heap %d MiB, %d MiB besides, %d threads, %d files, %d KiB lent, %d KiB of ORT's arenas in use".formatted(
                heap / MIB, other / MIB, threads, files, lent / 1024, arenas / 1024);
        }
    }

    /** Requests by how they ended. */
    private record Count(AtomicLong right, AtomicLong wrong, AtomicLong gone) {
        Count() {
            this(new AtomicLong(), new AtomicLong(), new AtomicLong());
        }

        void add(Client.Answer answer, int expected) {
            if (answer.status() != expected) {
                throw new AssertionError("expected " + expected + ": " + answer);
            }
            (expected == 200 ? right : wrong).incrementAndGet();
        }

        @Override
        public String toString() {
            return right + " right, " + wrong + " wrong, " + gone + " given up";
        }
    }

    private static void one(Served served, Random random, Count count) throws IOException {
        try (var client = served.connect()) {
            switch (random.nextInt(12)) {
                case 0 -> count.add(client.post(LOOP, JSON, rounds(Long.MAX_VALUE), "X-Timeout-Ms: 20").answer(), 504);
                case 1 -> {
                    client.post(LOOP, JSON, rounds(Long.MAX_VALUE));
                    count.gone().incrementAndGet();
                }
                case 2 -> {
                    client.send("POST /v2/models/tiny/infer HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{\"inp");
                    count.gone().incrementAndGet();
                }
                case 3 -> count.add(client.send("NONSENSE\r\n\r\n").answer(), 400);
                default -> {
                    var bytes = new byte[4 * (1 + random.nextInt(300_000))];
                    for (int i = 0; i < 10; i++) {
                        count.add(client.post("/v2/models/copy/infer", OCTETS, bytes, RAW).answer(), 200);
                        count.add(client.post(LOOP, JSON, rounds(random.nextInt(50))).answer(), 200);
                        count.add(client.post("/predict/tiny", JSON, bytes("{\"x\":[[1,2,3,4,5,6,7,8,9,0]]}")).answer(), 200);
                        count.add(client.post("/v2/models/tiny/infer", JSON, bytes("{\"inputs\":[}")).answer(), 400);
                        count.add(client.post("/v2/models/tiny/infer", OCTETS, new byte[7], RAW).answer(), 400);
                        count.add(client.post("/v2/models/none/infer", JSON, bytes("{}")).answer(), 404);
                        count.add(client.post("/predict/tiny", "text/html", bytes("x")).answer(), 415);
                    }
                }
            }
        }
    }

    private static byte[] rounds(long rounds) {
        return bytes(Served.rounds(rounds));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void run(Served served, Duration time, Count count) throws InterruptedException {
        var over = new AtomicBoolean();
        var failures = new ArrayList<Throwable>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                var random = new Random(i);
                threads.submit(() -> {
                    while (!over.get()) {
                        try {
                            one(served, random, count);
                        } catch (IOException | RuntimeException | AssertionError e) {
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


    /** Arguments: an empty folder, seconds of warm-up, turns, seconds of each. */
    public static void main(String[] args) throws IOException, InterruptedException {
        var folder = Path.of(args[0]);
        try (var served = Served.local().with(folder, "tiny", Served.tiny()).with(folder, "loop", Served.loop())
            .with(folder, "copy", Served.identity(OnnxDataType.FLOAT, "n"))) {
            var count = new Count();
            run(served, Duration.ofSeconds(Long.parseLong(args[1])), count);
            System.out.println(HELD + Held.now(served).line());
            for (int i = 0; i < Integer.parseInt(args[2]); i++) {
                run(served, Duration.ofSeconds(Long.parseLong(args[3])), count);
                System.out.println(HELD + Held.now(served).line());
            }
            System.out.println(count);
        }
    }
}
