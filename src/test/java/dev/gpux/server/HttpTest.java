package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.server.http.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 as it comes over a wire: in pieces, several at once, wrongly. */
class HttpTest {
    private static final String BODY = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":"
        + "[1,2,3,4,5,6,7,8,9,10]}]}";
    private static final String INFER = "POST /v2/models/tiny/infer HTTP/1.1\r\nHost: x\r\nContent-Length: "
        + BODY.length() + "\r\n\r\n" + BODY;
    private static final int MOST_BODY = 1_000_000;
    private static final long LINGERS_NANOS = 1_000_000_000;

    private static Served served;

    @BeforeAll
    static void serve(@TempDir Path folder) throws IOException {
        served = new Served(ServerOptions.local().withLimits(Limits.STANDARD.withBodyBytes(MOST_BODY)))
            .with(folder, "tiny", Served.tiny());
    }

    @AfterAll
    static void end() {
        served.close();
    }

    private static int status(String request) throws IOException {
        try (var client = served.connect()) {
            return client.send(request).answer().status();
        }
    }

    @Test
    void answersInferenceByteByByte() throws IOException, InterruptedException {
        try (var client = served.connect()) {
            for (byte b : INFER.getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {b});
            }
            assertEquals(200, client.answer().status());
        }
    }

    @Test
    void splitsAnywhere() throws IOException, InterruptedException {
        try (var client = served.connect()) {
            for (int cut = 1; cut < INFER.length(); cut += 13) {
                client.send(INFER.substring(0, cut));
                Thread.sleep(1);
                assertEquals(200, client.send(INFER.substring(cut)).answer().status());
            }
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws IOException {
        try (var client = served.connect()) {
            int count = 50;
            var all = new StringBuilder();
            for (int i = 0; i < count; i++) {
                all.append(INFER.replace(BODY, "{\"id\":\"" + (100 + i) + "\"," + BODY.substring(1))
                    .replace("Length: " + BODY.length(), "Length: " + (BODY.length() + 11)));
                all.append("GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            client.send(all.toString());
            for (int i = 0; i < count; i++) {
                assertTrue(client.answer().text().contains("\"id\":\"" + (100 + i) + "\""));
                assertEquals("{\"live\":true}", client.answer().text());
            }
        }
    }

    @Test
    void readsChunks() throws IOException {
        var chunks = new StringBuilder("POST /v2/models/tiny/infer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < BODY.length(); i += 7) {
            var chunk = BODY.substring(i, Math.min(BODY.length(), i + 7));
            chunks.append(Integer.toHexString(chunk.length())).append(i == 0 ? ";name=value" : "").append("\r\n")
                .append(chunk).append("\r\n");
        }
        chunks.append("0\r\nTrailer: x\r\n\r\n");
        try (var client = served.connect()) {
            for (int i = 0; i < 3; i++) {
                assertEquals(200, client.send(chunks.toString()).answer().status());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\n", "-1\r\n", "\r\n", "fffffffffffffffff\r\n", "5\r\nabcdefg", "5 x\r\nabcde", "1\n{"})
    void refusesBrokenChunks(String chunk) throws IOException {
        assertEquals(400, status("POST /v2/models/tiny/infer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunk + "\r\n0\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-5", "5 5", "", "99999999999999999999", "0x10", "+5"})
    void refusesLengthsThatAreNoNumbers(String length) throws IOException {
        assertEquals(400, status("POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET /v2 HTTP/1.1\nHost: x\n\r\n\r\n",
        "GET  /v2 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /v2 HTTP/1.1 \r\nHost: x\r\n\r\n",
        "GET v2 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /v2\r\n\r\n",
        "G@T /v2 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /v2 HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET /v2 HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        "GET /v2 HTTP/1.1\r\n: x\r\n\r\n",
        "GET /v2 HTTP/1.1\r\nHost: a\u0001b\r\n\r\n",
        "POST /predict HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n1",
        "POST /predict HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "\u0000\u0001\u0002\r\n\r\n"})
    void refusesWhatIsNoRequest(String request) throws IOException {
        try (var client = served.connect()) {
            var answer = client.send(request).answer();
            assertEquals(400, answer.status());
            assertTrue(answer.text().startsWith("{\"error\":\""), answer::text);
            assertTrue(client.isClosed());
        }
    }

    @Test
    void saysWhatItDoesNotKnow() throws IOException {
        assertEquals(505, status("GET /v2 HTTP/2.0\r\nHost: x\r\n\r\n"));
        assertEquals(501, status("POST /predict HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"));
        assertEquals(417, status("POST /predict HTTP/1.1\r\nContent-Length: 1\r\nExpect: tea\r\n\r\n"));
        assertEquals(404, status("GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n"));
        assertEquals(404, status("GET /v2/models/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n"));
        assertEquals(400, status("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"));
        assertEquals(405, status("GET /predict HTTP/1.1\r\nHost: x\r\n\r\n"));
        assertEquals(405, status("DELETE /v2/models/tiny HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    @Test
    void limitsHeads() throws IOException {
        assertEquals(431, status("GET /v2 HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(17_000) + "\r\n\r\n"));
        assertEquals(431, status("GET /v2 HTTP/1.1\r\n" + "A: b\r\n".repeat(101) + "\r\n"));
        assertEquals(200, status("GET /v2 HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(16_000) + "\r\n\r\n"));
    }

    @Test
    void limitsBodies() throws IOException {
        try (var client = served.connect()) {
            client.send("POST /v2/models/tiny/infer HTTP/1.1\r\nContent-Length: " + (MOST_BODY + 1) + "\r\n\r\n");
            var answer = client.answer();
            assertEquals(413, answer.status());
            assertEquals("close", answer.header("connection"));
        }
        assertEquals(413, status("POST /v2/models/tiny/infer HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(MOST_BODY + 1) + "\r\n{"));
    }

    /** The whole body is under way when the answer comes; a reset must not take it from the client. */
    @Test
    void theAnswerToALongBodyArrives() throws IOException {
        int arrived = 0;
        for (int i = 0; arrived < 5; i++) {
            long start = System.nanoTime();
            try (var client = served.connect()) {
                client.send("POST /nope HTTP/1.1\r\nContent-Length: 900000\r\n\r\n");
                client.send(new byte[900_000]);
                assertEquals(404, client.answer().status());
                arrived++;
            } catch (IOException e) {
                // The server waits for the rest for a second, in which a busy machine may not come to send it.
                if (i >= 50 || System.nanoTime() - start < LINGERS_NANOS) {
                    throw e;
                }
            }
        }
    }

    @Test
    void keepsConnectionsAsTheClientWants() throws IOException {
        try (var client = served.connect()) {
            assertEquals(200, client.send("GET /v2 HTTP/1.0\r\n\r\n").answer().status());
            assertTrue(client.isClosed());
        }
        try (var client = served.connect()) {
            for (int i = 0; i < 3; i++) {
                var answer = client.send("\r\nGET /v2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").answer();
                assertEquals("keep-alive", answer.header("connection"));
            }
            client.send("GET /v2 HTTP/1.1\r\nConnection: foo, Close\r\n\r\n").answer();
            assertTrue(client.isClosed());
        }
    }

    @Test
    void waitsWithAContinue() throws IOException {
        try (var client = served.connect()) {
            client.send("POST /v2/models/tiny/infer HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: "
                + BODY.length() + "\r\n\r\n");
            // The client would wait for ever if the interim answer did not come.
            var interim = new byte[25];
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.take(interim));
            assertEquals(200, client.send(BODY).answer().status());
            assertEquals(200, client.send(INFER).answer().status());
        }
    }

    @Test
    void aBodyThatEndsTooEarlyIsAnError() throws IOException {
        try (var client = served.connect()) {
            client.send("POST /v2/models/tiny/infer HTTP/1.1\r\nContent-Length: 500\r\n\r\n" + BODY);
            client.endOutput();
            assertEquals(400, client.answer().status());
            assertTrue(client.isClosed());
        }
    }

    @Test
    void whatFollowsAShortBodyIsTheNextRequest() throws IOException {
        try (var client = served.connect()) {
            client.send("POST /v2/models/tiny/infer HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
                + "GET /v2/health/live HTTP/1.1\r\n\r\n");
            assertEquals(400, client.answer().status());
            assertEquals(200, client.answer().status());
        }
    }

    private static List<Client> slow(Served served) throws IOException {
        var slow = new ArrayList<Client>();
        for (int i = 0; i < 100; i++) {
            slow.add(served.connect().send(i % 2 == 0 ? "GET /v2 HT" : INFER.substring(0, INFER.length() - 5)));
        }
        return slow;
    }

    @Test
    void slowClientsStopNobody() throws IOException {
        var slow = slow(served);
        for (int i = 0; i < 20; i++) {
            try (var quick = served.connect()) {
                assertEquals(200, quick.send(INFER).answer().status());
            }
        }
        for (int i = 1; i < slow.size(); i += 2) {
            assertEquals(200, slow.get(i).send(INFER.substring(INFER.length() - 5)).answer().status());
        }
        for (var client : slow) {
            client.close();
        }
    }

    @Test
    void slowClientsHaveTheirTime(@TempDir Path folder) throws IOException {
        var limits = Limits.STANDARD.withRequestTime(Duration.ofMillis(300));
        try (var hasty = new Served(ServerOptions.local().withLimits(limits)).with(folder, "tiny", Served.tiny())) {
            for (var client : slow(hasty)) {
                // A byte now and then does not help: the request as a whole has its time.
                assertEquals(408, client.answer().status());
                assertTrue(client.isClosed());
                client.close();
            }
        }
    }

    @Test
    void refusesConnectionsBeyondTheLimit(@TempDir Path folder) throws IOException, InterruptedException {
        try (var small = new Served(ServerOptions.local().withLimits(Limits.STANDARD.withConnections(3)))) {
            var clients = List.of(small.connect(), small.connect(), small.connect());
            for (var client : clients) {
                assertEquals(200, client.send("GET /v2 HTTP/1.1\r\n\r\n").answer().status());
            }
            try (var further = small.connect()) {
                var answer = further.answer();
                assertEquals(503, answer.status());
                assertEquals("1", answer.header("retry-after"));
            }
            clients.getFirst().close();
            Served.await("the connection is forgotten", () -> {
                try (var again = small.connect()) {
                    return again.send("GET /v2 HTTP/1.1\r\n\r\n").answer().status() == 200;
                } catch (IOException e) {
                    return false;
                }
            });
            for (var client : clients) {
                client.close();
            }
        }
    }

    @Test
    void headHasNoBody() throws IOException {
        try (var client = served.connect()) {
            client.send("HEAD /v2/health/live HTTP/1.1\r\n\r\nGET /v2/health/live HTTP/1.1\r\n\r\n");
            var head = client.head();
            assertEquals(200, head.status());
            assertFalse(head.header("content-length").equals("0"));
            assertEquals("{\"live\":true}", client.answer().text());
        }
    }
}
