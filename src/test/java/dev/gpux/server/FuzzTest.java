package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests with bytes changed, cut, doubled: each costs an answer or its connection, and nothing else. */
class FuzzTest {
    private static final int REQUESTS = Integer.getInteger("gpux.fuzz.requests", 1000);
    private static final long SEED = Long.getLong("gpux.fuzz.seed", 7);

    private static List<byte[]> good() {
        var json = "{\"id\":\"1\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":"
            + "[1,2,3,4,5,6,7,8,9,10]}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":2}}]}";
        var binary = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"parameters\":"
            + "{\"binary_data_size\":40}}],\"parameters\":{\"binary_data_output\":true}}";
        var withTensor = Arrays.copyOf(binary.getBytes(StandardCharsets.UTF_8), binary.length() + 40);
        return List.of(
            Client.request("/v2/models/tiny/infer", "application/json", json.getBytes(StandardCharsets.UTF_8)),
            Client.request("/v2/models/tiny/infer", "application/octet-stream", withTensor,
                "Inference-Header-Content-Length: " + binary.length()),
            Client.request("/predict", "application/json",
                "{\"x\":[[1,2,3,4,5,6,7,8,9,10]]}".getBytes(StandardCharsets.UTF_8), "X-Timeout-Ms: 500"),
            ("POST /v2/models/tiny/infer HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(json.length()) + "\r\n" + json + "\r\n0\r\n\r\n").getBytes(StandardCharsets.UTF_8),
            "GET /v2/models/tiny/versions/1?a=b HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] changed(byte[] request, Random random) {
        var bytes = request.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
                case 3 -> {
                    var longer = Arrays.copyOf(bytes, bytes.length + bytes.length - at);
                    System.arraycopy(bytes, at, longer, bytes.length, bytes.length - at);
                    bytes = longer;
                }
                default -> {
                    var digits = "0123456789-\"{}[],:\r\n".getBytes(StandardCharsets.US_ASCII);
                    bytes[at] = digits[random.nextInt(digits.length)];
                }
            }
        }
        return bytes;
    }

    @Test
    void nothingBreaksTheServer(@TempDir Path folder) throws IOException, InterruptedException {
        var random = new Random(SEED);
        var good = good();
        try (var served = Served.local().with(folder, "tiny", Served.tiny())) {
            for (var request : good) {
                try (var client = served.connect()) {
                    assertEquals(200, client.send(request).answer().status());
                }
            }
            int answers = 0;
            for (int i = 0; i < REQUESTS; i++) {
                try (var client = served.connect()) {
                    client.send(changed(good.get(random.nextInt(good.size())), random));
                    client.endOutput();
                    var answer = client.answer();
                    answers++;
                    assertFalse(answer.status() == 500, () -> "seed " + SEED + ": " + answer);
                    assertTrue(answer.status() < 400 || answer.text().startsWith("{\"error\":\""), answer::toString);
                } catch (IOException e) {
                    // No answer: the head was never whole, or its client counts as gone.
                }
            }
            assertTrue(answers > REQUESTS / 2, "only " + answers + " answers");
            Served.await("all connections are over", () -> served.server().connections() == 0);
            assertEquals(200, Client.get(served.address(), "/v2/health/ready").status());
            Served.await("all memory is back", () -> served.server().pool().lentBytes() <= 5 * 64 * 1024);
        }
    }
}
