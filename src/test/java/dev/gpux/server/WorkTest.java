package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.server.metrics.Outcome;
import dev.gpux.server.model.ServedModel;
import dev.gpux.server.route.RouteSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that would take a hundred years: they end when nobody wants their answer, and only then. */
class WorkTest {
    private static final String ENDLESS = Served.rounds(Long.MAX_VALUE);
    private static final String PATH = "/v2/models/loop/infer";

    @TempDir
    Path folder;

    private static ServedModel model(Served served) {
        return served.server().repository().list().getFirst().served().orElseThrow();
    }

    private static Client endless(Served served, String... headers) throws IOException {
        return served.connect().post(PATH, "application/json", ENDLESS.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static void awaitRuns(Served served, int running, int waiting) throws InterruptedException {
        Served.await(running + " runs, " + waiting + " waiting", () -> model(served).inFlight() == running + waiting
            && model(served).waiting() == waiting);
    }

    /** Waits until workers have begun so many runs since the start; a request that goes before is no run to end. */
    private static void awaitBegun(Served served, int runs) throws InterruptedException {
        Served.await(runs + " runs have begun", () -> model(served).metrics().queue().count() == runs);
    }

    @Test
    void aDeadlineEndsTheRun() throws IOException, InterruptedException {
        try (var served = Served.local().with(folder, "loop", Served.loop()); var client = served.connect()) {
            // On a slow machine the deadline may come before the run has begun: then there is none to end.
            for (int millis = 200; model(served).metrics().terminatedRuns() == 0; millis *= 2) {
                assertTrue(millis < 60_000, "no deadline ends a run");
                assertEquals(504, client.post(PATH, "application/json", ENDLESS.getBytes(StandardCharsets.UTF_8),
                    "X-Timeout-Ms: " + millis).answer().status());
            }
            assertEquals(1, model(served).metrics().terminatedRuns());
            // The worker is as good as new, and so is the connection.
            for (int i = 0; i < 8; i++) {
                var again = client.post(PATH, "application/json",
                    Served.rounds(5).getBytes(StandardCharsets.UTF_8)).answer();
                assertTrue(again.text().endsWith("\"data\":[5.0]}]}"), again::toString);
            }
            assertEquals(504, client.post(PATH, "application/json", ENDLESS.replace("{\"inputs\"",
                "{\"parameters\":{\"timeout\":100000},\"inputs\"").getBytes(StandardCharsets.UTF_8)).answer().status());
        }
    }

    @Test
    void theGpuxfileHasATimeout() throws IOException {
        try (var served = Served.local().with(folder, "loop", Served.loop(), "serve: {timeout_ms: 150}")) {
            assertEquals(504, Client.post(served.address(), PATH, ENDLESS).status());
        }
    }

    @Test
    void aClientThatGoesEndsItsRun() throws IOException, InterruptedException {
        try (var served = Served.local().with(folder, "loop", Served.loop())) {
            var closes = endless(served);
            awaitBegun(served, 1);
            closes.close();
            Served.await("the run ended", () -> model(served).metrics().terminatedRuns() == 1);
            var crashes = endless(served);
            awaitBegun(served, 2);
            crashes.reset();
            Served.await("the run ended", () -> model(served).metrics().terminatedRuns() == 2);
            Served.await("both are counted", () -> model(served).metrics().requests(Outcome.GONE) == 2);
            assertEquals(200, Client.post(served.address(), PATH, Served.rounds(1)).status());
        }
    }

    @Test
    void whatIsPipelinedIsNotTakenForGoing() throws IOException, InterruptedException {
        try (var served = Served.local().with(folder, "loop", Served.loop()); var client = endless(served,
            "X-Timeout-Ms: 300")) {
            client.send("GET /v2/health/live HTTP/1.1\r\n\r\n");
            assertEquals(504, client.answer().status());
            assertEquals(200, client.answer().status());
        }
    }

    @Test
    void theQueueHasALimit() throws IOException, InterruptedException {
        try (var served = new Served(ServerOptions.local().withWorkers(2))
            .with(folder, "loop", Served.loop(), "serve: {queue: 3}")) {
            var clients = new ArrayList<Client>();
            for (int i = 0; i < 5; i++) {
                clients.add(endless(served));
                awaitBegun(served, Math.min(2, i + 1));
                awaitRuns(served, Math.min(2, i + 1), Math.max(0, i - 1));
            }
            // While the workers are busy, everything else goes on.
            assertEquals(200, Client.get(served.address(), "/v2/health/ready").status());
            try (var further = endless(served)) {
                var answer = further.answer();
                assertEquals(503, answer.status());
                assertEquals("1", answer.header("retry-after"));
            }
            // One that waits goes: it leaves the queue, and no run ends.
            clients.removeLast().close();
            awaitRuns(served, 2, 2);
            assertEquals(0, model(served).metrics().terminatedRuns());
            for (var client : clients) {
                client.close();
            }
            awaitRuns(served, 0, 0);
        }
    }

    /** One client cannot take all of the queue; what watches the server is not counted. */
    @Test
    void aClientHasAShare() throws IOException, InterruptedException {
        try (var served = new Served(ServerOptions.local().withWorkers(2).withRoutes(RouteSettings.STANDARD
            .withPerClient(2))).with(folder, "loop", Served.loop())) {
            try (var first = endless(served); var _ = endless(served)) {
                awaitRuns(served, 2, 0);
                try (var third = endless(served)) {
                    var answer = third.answer();
                    assertEquals(429, answer.status());
                    assertEquals("1", answer.header("retry-after"));
                    assertTrue(answer.text().contains("2 requests under way"), answer::text);
                    assertEquals(200, third.send("GET /v2/health/ready HTTP/1.1\r\n\r\n").answer().status());
                }
                try (var other = new Client(served.address(), "127.0.0.2")) {
                    other.post(PATH, "application/json", Served.rounds(1).getBytes(StandardCharsets.UTF_8));
                    awaitRuns(served, 2, 1);
                    first.reset();
                    assertEquals(200, other.answer().status());
                }
                Served.await("the share is free", () -> model(served).inFlight() == 1);
                assertEquals(200, Client.post(served.address(), PATH, Served.rounds(1)).status());
            }
            Served.await("it is counted", () -> model(served).metrics().requests(Outcome.REJECTED) == 1);
        }
    }

    @Test
    void oneThatWaitsHasADeadline() throws IOException, InterruptedException {
        try (var served = new Served(ServerOptions.local().withWorkers(1)).with(folder, "loop", Served.loop());
             var _ = endless(served)) {
            awaitRuns(served, 1, 0);
            try (var client = endless(served, "X-Timeout-Ms: 100")) {
                assertEquals(504, client.answer().status());
            }
            assertEquals(0, model(served).metrics().terminatedRuns());
            awaitRuns(served, 1, 0);
        }
    }

    @Test
    void endsInOrder() throws IOException, InterruptedException {
        // The deadline that ends the run must not come before the drain; on a slow machine it gets longer.
        for (int millis = 500; !answersAreTheLast(millis); millis *= 3) {
            assertTrue(millis < 60_000, "a server that ends does not say so");
        }
    }

    /** Whether the answer to a request that has so much time, under way when the server is to end, is the last one. */
    private boolean answersAreTheLast(int millis) throws IOException, InterruptedException {
        try (var served = Served.local().with(folder, "loop", Served.loop()); var idle = served.connect();
             var client = endless(served, "X-Timeout-Ms: " + millis)) {
            assertEquals(200, idle.send("GET /v2/health/ready HTTP/1.1\r\n\r\n").answer().status());
            var drained = CompletableFuture.supplyAsync(() -> served.server().drain(Duration.ofMinutes(2)),
                task -> Thread.ofPlatform().start(task));
            assertTrue(idle.isClosed());
            var answer = client.answer();
            assertEquals(504, answer.status());
            assertTrue(drained.join());
            return answer.header("connection").equals("close");
        }
    }

    @Test
    void endsAtOnceIfItMust() throws IOException, InterruptedException {
        var served = Served.local().with(folder, "loop", Served.loop());
        try (var client = endless(served)) {
            awaitRuns(served, 1, 0);
            assertFalse(served.server().drain(Duration.ofMillis(50)));
            served.close();
            assertTrue(client.isClosed());
        }
    }

    @Test
    void requestsShareALimitOfMemory() throws IOException {
        try (var served = new Served(ServerOptions.local().withRequestBytes(1_000_000))
            .with(folder, "tiny", Served.tiny())) {
            var values = "1,".repeat(399_999) + "1";
            var answer = Client.post(served.address(), "/v2/models/tiny/infer", "{\"inputs\":[{\"name\":\"x\",\"shape\":"
                + "[40000,10],\"datatype\":\"FP32\",\"data\":[" + values + "]}]}");
            assertEquals(503, answer.status(), answer::toString);
            assertTrue(answer.text().contains("native memory"), answer::text);
        }
    }
}
