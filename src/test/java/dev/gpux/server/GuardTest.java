package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.server.http.Tls;
import dev.gpux.server.http.TlsException;
import dev.gpux.server.route.AccessLog;
import dev.gpux.server.route.RouteSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask, and how answers are wrapped: tokens, origins, TLS, gzip, the log. */
class GuardTest {
    private static final String PASSWORD = "secret";

    @TempDir
    Path folder;

    private static ServerOptions with(Optional<String> token, Optional<String> cors) {
        var routes = RouteSettings.STANDARD;
        routes = token.isPresent() ? routes.withToken(token.get()) : routes;
        return ServerOptions.local().withRoutes(cors.isPresent() ? routes.withCors(cors.get()) : routes);
    }

    private static int status(Served served, String path, String... headers) throws IOException {
        try (var client = served.connect()) {
            return client.send("GET " + path + " HTTP/1.1\r\n" + String.join("", headers) + "\r\n").answer().status();
        }
    }

    @Test
    void wantsTheToken() throws IOException {
        try (var served = new Served(with(Optional.of("s3cret"), Optional.empty())).with(folder, "tiny", Served.tiny())) {
            assertEquals(401, status(served, "/v2"));
            assertEquals(401, status(served, "/v2", "Authorization: Bearer s3cre\r\n"));
            assertEquals(401, status(served, "/v2", "Authorization: Basic s3cret\r\n"));
            assertEquals(401, status(served, "/metrics"));
            assertEquals(401, status(served, "/v2/models/nope/infer"));
            assertEquals(200, status(served, "/v2", "Authorization: bearer s3cret\r\n"));
            assertEquals(200, status(served, "/v2/health/ready"));
            assertEquals(200, status(served, "/"));
            assertEquals("Bearer", Client.get(served.address(), "/v2").header("www-authenticate"));
        }
    }

    @Test
    void pagesOfOneOriginMayAsk() throws IOException {
        try (var served = new Served(with(Optional.of("t"), Optional.of("https://a.example")))) {
            try (var client = served.connect()) {
                var preflight = client.send("OPTIONS /predict HTTP/1.1\r\nOrigin: https://a.example\r\n"
                    + "Access-Control-Request-Method: POST\r\n\r\n").answer();
                assertEquals(204, preflight.status());
                assertEquals("https://a.example", preflight.header("access-control-allow-origin"));
                var other = client.send("GET /v2 HTTP/1.1\r\nOrigin: https://b.example\r\nAuthorization: Bearer t\r\n\r\n")
                    .answer();
                assertEquals("", other.header("access-control-allow-origin"));
                var error = client.send("GET /v2 HTTP/1.1\r\nOrigin: https://a.example\r\n\r\n").answer();
                assertEquals(401, error.status());
                assertEquals("https://a.example", error.header("access-control-allow-origin"));
            }
        }
        try (var served = Served.local(); var client = served.connect()) {
            assertEquals(405, client.send("OPTIONS /v2 HTTP/1.1\r\nOrigin: https://a.example\r\n\r\n").answer().status());
        }
    }

    /** A keystore and the same certificate and key as PEM files. */
    private KeyStore keystore() throws Exception {
        var file = folder.resolve("server.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var process = new ProcessBuilder(keytool, "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname",
            "CN=localhost", "-ext", "san=ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12", "-keystore",
            file.toString(), "-storepass", PASSWORD).redirectErrorStream(true).start();
        assertEquals(0, process.waitFor(), new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        var store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        var encoder = Base64.getMimeEncoder();
        Files.writeString(folder.resolve("cert.pem"), "-----BEGIN CERTIFICATE-----\n"
            + encoder.encodeToString(store.getCertificate("server").getEncoded()) + "\n-----END CERTIFICATE-----\n");
        Files.writeString(folder.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\n" + encoder.encodeToString(
            store.getKey("server", PASSWORD.toCharArray()).getEncoded()) + "\n-----END PRIVATE KEY-----\n");
        return store;
    }

    private static SSLContext trusting(KeyStore store) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store.getCertificate("server"));
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @Test
    void speaksTls() throws Exception {
        var store = keystore();
        for (var context : new SSLContext[] {Tls.ofPem(folder.resolve("cert.pem"), folder.resolve("key.pem")),
            Tls.ofKeystore(folder.resolve("server.p12"), PASSWORD.toCharArray())}) {
            try (var served = new Served(ServerOptions.local().withTls(context))
                .with(folder, "big", Served.identity(OnnxDataType.FLOAT, "n"));
                 var client = HttpClient.newBuilder().sslContext(trusting(store)).version(HttpClient.Version.HTTP_1_1)
                     .build()) {
                var url = "https://127.0.0.1:" + served.address().getPort();
                for (int i = 0; i < 5; i++) {
                    assertEquals(200, client.send(HttpRequest.newBuilder(URI.create(url + "/v2")).build(),
                        BodyHandlers.ofString()).statusCode());
                }
                // More than a record, more than the socket's buffer, both ways.
                var floats = new byte[4_000_000];
                for (int i = 0; i < floats.length; i += 4) {
                    floats[i + 2] = (byte) i;
                }
                var answer = client.send(HttpRequest.newBuilder(URI.create(url + "/v2/models/big/infer"))
                    .header("Content-Type", "application/octet-stream").header("Inference-Header-Content-Length", "0")
                    .POST(BodyPublishers.ofByteArray(floats)).build(), BodyHandlers.ofByteArray());
                int header = Integer.parseInt(answer.headers().firstValue("inference-header-content-length").orElseThrow());
                Assertions.assertArrayEquals(floats,
                    Arrays.copyOfRange(answer.body(), header, answer.body().length));
                // What is no TLS is not answered, and does no harm.
                try (var plain = served.connect()) {
                    assertTrue(plain.send("GET /v2 HTTP/1.1\r\n\r\n").isClosed());
                }
            }
        }
        assertTrue(Assertions.assertThrows(TlsException.class,
            () -> Tls.ofPem(folder.resolve("key.pem"), folder.resolve("cert.pem"))).getMessage().contains("cert.pem"));
    }

    @Test
    void packsAnswersThatAreWorthIt() throws IOException {
        try (var served = Served.local().with(folder, "big", Served.identity(OnnxDataType.FLOAT, "n"));
             var client = served.connect()) {
            var data = "1.5,".repeat(49_999) + "1.5";
            var request = ("{\"inputs\":[{\"name\":\"x\",\"shape\":[50000],\"datatype\":\"FP32\",\"data\":[" + data + "]}]}")
                .getBytes(StandardCharsets.UTF_8);
            var plain = client.post("/v2/models/big/infer", "application/json", request).answer();
            assertEquals("", plain.header("content-encoding"));
            for (int i = 0; i < 3; i++) {
                var packed = client.post("/v2/models/big/infer", "application/json", request,
                    "Accept-Encoding: deflate, gzip;q=0.9").answer();
                assertEquals("gzip", packed.header("content-encoding"));
                assertTrue(packed.body().length < plain.body().length / 20);
                assertEquals(plain.text(), new String(new GZIPInputStream(new ByteArrayInputStream(packed.body()))
                    .readAllBytes(), StandardCharsets.UTF_8));
            }
            var page = client.send("GET / HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n").answer();
            assertTrue(new String(new GZIPInputStream(new ByteArrayInputStream(page.body())).readAllBytes(),
                StandardCharsets.UTF_8).startsWith("<!doctype html>"));
            assertEquals("", client.send("GET /v2 HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n").answer()
                .header("content-encoding"));
        }
    }

    @Test
    void describesItself() throws IOException {
        try (var served = Served.local().with(folder, "tiny", Served.tiny())) {
            var text = Client.get(served.address(), "/openapi.json").text();
            assertTrue(text.contains("\"/predict/tiny\""), text);
            try (var parser = new JsonFactory().createParser(text)) {
                while (parser.nextToken() != null) {
                    assertFalse(parser.hasTextCharacters() && parser.getText().contains("null"));
                }
            }
        }
    }

    @Test
    void logsRequests() throws IOException, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (var served = new Served(ServerOptions.local().withLog(new AccessLog(out, AccessLog.Format.JSON)))
            .with(folder, "tiny", Served.tiny()); var client = served.connect()) {
            assertEquals("my-id", client.post("/v2/models/tiny/infer", "application/json", "{}".getBytes(
                StandardCharsets.UTF_8), "X-Request-Id: my-id").answer().header("x-request-id"));
            client.send("GET /v2 HTTP/1.1\r\nX-Request-Id: " + "z".repeat(500) + "\r\n\r\n").answer();
            Served.await("both are logged", () -> bytes.toString(StandardCharsets.UTF_8).lines().count() == 2);
        }
        var lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertTrue(lines.getFirst().contains("\"id\":\"my-id\",\"method\":\"POST\",\"path\":\"/v2/models/tiny/infer\","
            + "\"model\":\"tiny\",\"status\":400"), lines::toString);
        assertFalse(lines.getLast().contains("zzz"), lines::toString);
    }
}
