package dev.gpux.server.http;

import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.server.memory.MemoryPool;
import dev.gpux.server.model.LoadSettings;
import dev.gpux.server.model.Repository;
import dev.gpux.server.model.Source;
import dev.gpux.server.route.RouteSettings;
import dev.gpux.server.route.Routes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;

/**
 * The whole server behind the socket, on bytes: what a client sends on one connection is read, routed, decoded, run
 * and answered. For the fuzz tests, which are in another package.
 */
public final class ConnectionFuzz implements AutoCloseable {
    private static final long MOST_BYTES = 1 << 28;
    private static final String LENGTH = "\r\nContent-Length: ";
    private static final String JSON = "{\"id\":\"1\",\"inputs\":[{\"name\":\"s\",\"shape\":[2],\"datatype\":\"BYTES\","
        + "\"data\":[\"a\",\"gr\\u00fcn\"]},{\"name\":\"b\",\"shape\":[1,2],\"datatype\":\"BOOL\",\"data\":[[true,false]]},"
        + "{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[1,2.5e3,-7,0.125]}],\"parameters\":"
        + "{\"timeout\":900000000},\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":2}},{\"name\":\"t\"}]}";
    private static final String WITH_BINARY = "{\"inputs\":[{\"name\":\"s\",\"shape\":[1],\"datatype\":\"BYTES\","
        + "\"parameters\":{\"binary_data_size\":5}},{\"name\":\"b\",\"shape\":[1,2],\"datatype\":\"BOOL\",\"parameters\":"
        + "{\"binary_data_size\":2}},{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":"
        + "{\"binary_data_size\":8}}],\"parameters\":{\"binary_data_output\":true}}";

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final MemoryPool pool = new MemoryPool(MOST_BYTES, MOST_BYTES);
    private final Repository repository;
    private final HttpServer server;

    /** A server with one model, which is written to {@code folder}. */
    public ConnectionFuzz(Path folder) throws IOException {
        var model = folder.resolve("m.onnx");
        OnnxWriter.write(ModelBuilder.create().input("s", OnnxDataType.STRING, "n").input("b", OnnxDataType.BOOL, 1, 2)
            .input("x", OnnxDataType.FLOAT, "m", 2).node("Identity", List.of("s"), List.of("t"))
            .node("Not", List.of("b"), List.of("c")).node("Relu", List.of("x"), List.of("y"))
            .output("t", OnnxDataType.STRING, "n").output("c", OnnxDataType.BOOL, 1, 2)
            .output("y", OnnxDataType.FLOAT, "m", 2).build(), model);
        repository = new Repository(new LoadSettings(OpenOptions.standard(), OptionalInt.empty(), pool, Long.MAX_VALUE));
        var routes = new Routes(repository, pool, RouteSettings.STANDARD, () -> 1, this::done, "");
        server = new HttpServer(new InetSocketAddress("127.0.0.1", 0), pool, Limits.STANDARD.withBodyBytes(1 << 16),
            Optional.empty(), routes, failure::set);
        repository.load(new Source("fuzz", () -> Gpuxfile.parse("name: m\nmodel: m.onnx\n", folder.resolve("GPUXfile"),
            Map.of())));
        for (var seed : seeds()) {
            var answer = answer(seed);
            if (!answer.startsWith("HTTP/1.1 200 ") && !answer.startsWith("HTTP/1.1 100 ")) {
                throw new AssertionError("a good request is answered " + answer);
            }
        }
    }

    /** This client waits for its answers, and nothing goes wrong with its connection. */
    private void done(Exchange exchange, long nanos) {
        if (exchange.status() == 499) {
            failure.set(new AssertionError("the client is taken to have gone"));
        }
    }

    /** Everything that a client sends before it closes its side. */
    public void read(byte[] input) {
        var answer = answer(input);
        if (failure.get() != null) {
            throw new AssertionError("an error of the server", failure.get());
        }
        for (int at = 0; at < answer.length();) {
            at = end(answer, at);
            if (at < 0) {
                throw new AssertionError("answered " + answer.substring(0, Math.min(1000, answer.length())));
            }
        }
    }

    /**
     * Where the answer at a place ends, as a client finds it: bodies repeat names that a request made up, and such a name
     * may look like a status line. Less than 0 if there is no whole answer, or one that tells of the server's own error.
     */
    private static int end(String answer, int start) {
        int body = answer.indexOf("\r\n\r\n", start) + 4;
        if (!answer.startsWith("HTTP/1.1 ", start) || answer.startsWith("HTTP/1.1 500 ", start) || body < 4) {
            return -1;
        }
        int length = answer.lastIndexOf(LENGTH, body);
        // Where there is no body, as with 204 and to HEAD, another answer follows, or nothing.
        if (length < start || body == answer.length() || answer.startsWith("HTTP/1.1 ", body)) {
            return body;
        }
        int digits = length + LENGTH.length();
        int end = body + Integer.parseInt(answer, digits, answer.indexOf("\r\n", digits), 10);
        return end <= answer.length() ? end : -1;
    }

    private String answer(byte[] input) {
        var client = new Client(input);
        new Connection(server, client, "fuzz").run();
        return client.written.toString(StandardCharsets.ISO_8859_1);
    }

    /** Requests that are answered with 200, one of them two at once. */
    public static List<byte[]> seeds() throws IOException {
        var binary = ByteBuffer.allocate(WITH_BINARY.length() + 15).put(bytes(WITH_BINARY)).put(new byte[] {1, 0, 0, 0})
            .put((byte) 'a').put(new byte[] {1, 0}).put(new byte[8]).array();
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes(JSON));
        }
        var predict = "{\"s\":[\"a\"],\"b\":[[true,false]],\"x\":{\"dtype\":\"float32\",\"shape\":[1,2],\"data\":[1,2]}}";
        var chunked = "POST /v2/models/m/infer HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX-Request-Id: a\r\n\r\n"
            + Integer.toHexString(JSON.length()) + ";a=b\r\n" + JSON + "\r\n0\r\nTrailer: x\r\n\r\n";
        return List.of(post("/v2/models/m/infer", bytes(JSON), "Content-Type: application/json"),
            post("/v2/models/m/versions/1/infer", binary, "Content-Type: application/octet-stream",
                "Inference-Header-Content-Length: " + WITH_BINARY.length()),
            post("/v2/models/m/infer", packed.toByteArray(), "Content-Encoding: gzip", "Expect: 100-continue"),
            post("/predict", bytes(predict), "X-Timeout-Ms: 500000", "Accept-Encoding: gzip;q=0.5"),
            bytes(chunked + "GET /v2/models/m HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            bytes("GET /v2/models/m/stats?a=%62 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"
                + "POST /v2/repository/index HTTP/1.1\r\n\r\nGET /metrics HTTP/1.0\r\n\r\n"));
    }

    private static byte[] post(String path, byte[] body, String... lines) {
        var head = bytes("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n"
            + String.join("\r\n", lines) + "\r\n\r\n");
        return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Has sent everything, and reads whatever comes. */
    private static final class Client implements Transport {
        private final ByteBuffer sent;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        Client(byte[] bytes) {
            this.sent = ByteBuffer.wrap(bytes);
        }

        @Override
        public int read(ByteBuffer into) {
            int count = Math.min(into.remaining(), sent.remaining());
            if (count == 0) {
                return into.hasRemaining() ? -1 : 0;
            }
            into.put(sent.slice(sent.position(), count));
            sent.position(sent.position() + count);
            return count;
        }

        @Override
        public int poll(ByteBuffer into) {
            return 0;
        }

        @Override
        public void write(ByteBuffer[] parts) {
            for (var part : parts) {
                var bytes = new byte[part.remaining()];
                part.get(bytes);
                written.writeBytes(bytes);
            }
        }

        @Override
        public void tryWrite(ByteBuffer[] parts) {
            write(parts);
        }

        @Override
        public void beginWait() { }

        @Override
        public void endWait() { }

        @Override
        public void shutdownInput() { }

        @Override
        public void shutdownOutput() { }

        @Override
        public void close() { }
    }

    @Override
    public void close() {
        server.close();
        repository.close();
        pool.close();
    }
}
