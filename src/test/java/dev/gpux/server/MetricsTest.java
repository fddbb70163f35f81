package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.ort.Environment;
import dev.gpux.server.metrics.RequestEvent;
import dev.gpux.server.metrics.RunEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /metrics} and the statistics. */
class MetricsTest {
    /** The first version of ORT that tells what its arenas hold. */
    private static final int ALLOCATOR_STATISTICS = 23;
    private static final String TINY = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":"
        + "[1,2,3,4,5,6,7,8,9,10]}]}";

    @TempDir
    Path folder;

    @Test
    void countsWhatHappened() throws IOException, InterruptedException {
        try (var served = Served.local().with(folder, "tiny", Served.tiny()).with(folder, "loop", Served.loop())) {
            for (int i = 0; i < 3; i++) {
                Client.post(served.address(), "/v2/models/loop/infer", Served.rounds(2));
            }
            Client.post(served.address(), "/v2/models/loop/infer", "{}");
            Client.post(served.address(), "/v2/models/no-such-\"model/infer", "{}");
            var metrics = served.server().repository().metrics("loop");
            Served.await("all is counted", () -> metrics.total().count() == 4 && metrics.run().count() == 3);
            var text = Client.get(served.address(), "/metrics").text();
            assertTrue(text.contains("gpux_requests_total{model=\"loop\",outcome=\"ok\"} 3\n"), text);
            assertTrue(text.contains("gpux_requests_total{model=\"loop\",outcome=\"invalid\"} 1\n"), text);
            assertTrue(text.contains("gpux_batch_size_bucket{model=\"loop\",le=\"1\"} 3\n"), text);
            assertTrue(!text.contains("no-such"), text);
            var stats = Client.get(served.address(), "/v2/models/loop/stats").text();
            assertTrue(stats.contains("\"inference_count\":3,\"execution_count\":3"), stats);
            assertTrue(Client.get(served.address(), "/v2/models/stats").text().contains("\"name\":\"tiny\""));
        }
    }

    @Test
    void tellsOfOrtsMemory() throws IOException {
        try (var served = Served.local().with(folder, "tiny", Served.tiny())) {
            var text = Client.get(served.address(), "/metrics").text();
            var labels = "{model=\"tiny\",version=\"1\",memory=\"Cpu:0\"} ";
            if (Environment.get().apiVersion() < ALLOCATOR_STATISTICS) {
                assertFalse(text.contains("gpux_arena_in_use_bytes{"), text);
                return;
            }
            assertTrue(sample(text, "gpux_arena_reserved_bytes" + labels) >= sample(text, "gpux_arena_in_use_bytes" + labels));
            var allocations = "gpux_arena_allocations_total" + labels;
            assertEquals(200, Client.post(served.address(), "/v2/models/tiny/infer", TINY).status());
            var after = Client.get(served.address(), "/metrics").text();
            assertTrue(sample(after, allocations) > sample(text, allocations), after);
            // Ten floats in, ten out: nothing was copied on the way.
            assertEquals(0, sample(after, "gpux_copied_bytes_total{model=\"tiny\"} "));
        }
    }

    private static double sample(String metrics, String name) {
        return metrics.lines().filter(line -> line.startsWith(name)).mapToDouble(line ->
            Double.parseDouble(line.substring(name.length()))).findFirst().orElseThrow(() -> new AssertionError(metrics));
    }

    /** What a flight recording has of a server: requests, wrong ones among them, and runs. */
    @Test
    void flightRecordingsShowRequestsAndRuns() throws IOException, InterruptedException {
        var file = folder.resolve("server.jfr");
        try (var recording = new Recording(); var served = Served.local().with(folder, "tiny", Served.tiny())) {
            recording.enable(RequestEvent.class);
            recording.enable(RunEvent.class).withThreshold(Duration.ZERO);
            recording.start();
            try (var client = served.connect()) {
                assertEquals(200, client.post("/v2/models/tiny/infer", "application/json", TINY.getBytes(
                    StandardCharsets.UTF_8), "X-Request-Id: seven").answer().status());
            }
            assertEquals(400, Client.post(served.address(), "/v2/models/tiny/infer", "{}").status());
            assertEquals(404, Client.get(served.address(), "/nowhere").status());
            Served.await("all connections are over", () -> served.server().connections() == 0);
            recording.stop();
            recording.dump(file);
        }
        var events = RecordingFile.readAllEvents(file);
        var requests = events.stream().filter(event -> event.getEventType().getName().equals("dev.gpux.Request")).toList();
        assertEquals(List.of(200, 400, 404), requests.stream().map(event -> event.getInt("status")).sorted().toList());
        var answered = requests.stream().filter(event -> event.getInt("status") == 200).findFirst().orElseThrow();
        assertEquals("seven", answered.getString("id"));
        assertEquals("tiny", answered.getString("model"));
        assertTrue(answered.getLong("nanos") > 0);
        var runs = events.stream().filter(event -> event.getEventType().getName().equals("dev.gpux.Run")).toList();
        assertEquals(1, runs.size());
        assertEquals("tiny", runs.getFirst().getString("model"));
        assertEquals(1, runs.getFirst().getInt("requests"));
        assertTrue(runs.getFirst().getDuration().toNanos() > 0);
    }

    @Test
    void prometheusAcceptsThem() throws IOException, InterruptedException {
        var promtool = Path.of("/usr/bin/promtool");
        if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
            assertTrue(Files.isExecutable(promtool), "install Debian's prometheus, which has promtool");
        }
        assumeTrue(Files.isExecutable(promtool), "needs promtool (Debian: prometheus)");
        try (var served = Served.local().with(folder, "tiny", Served.tiny())) {
            Client.post(served.address(), "/v2/models/tiny/infer", "{}");
            var process = new ProcessBuilder(promtool.toString(), "check", "metrics").redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
                in.write(Client.get(served.address(), "/metrics").body());
            }
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            assertEquals("", said);
        }
    }
}
