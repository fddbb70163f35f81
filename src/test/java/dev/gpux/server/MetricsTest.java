package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /metrics} and the statistics. */
class MetricsTest {
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
