package dev.gpux.store.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.store.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a server that does everything wrong a server can do. */
class DownloaderTest {
    /** However slow the machine is, none of its pauses is a stall. */
    private static final Settings PATIENT = new Settings(3, Duration.ofMillis(1), Duration.ofSeconds(2),
        Duration.ofMinutes(2));
    private static final String TAG = "\"tag-1\"";

    @TempDir
    private Path folder;
    private FaultyServer server;
    private byte[] content;
    private final List<String> heard = new ArrayList<>();
    private Settings settings = PATIENT;

    @BeforeEach
    void start() throws IOException {
        server = new FaultyServer();
        content = new byte[200_000];
        new Random(3).nextBytes(content);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Downloader downloader(Map<String, String> environment, Optional<Token> token) {
        return new Downloader(environment, token, settings, new TransferListener() {
            @Override
            public void again(String name, String why, Duration pause) {
                heard.add(why);
            }
        });
    }

    private Downloaded fetch(URI uri, Expected expected) throws IOException {
        try (var downloader = downloader(Map.of(), Optional.empty())) {
            return downloader.download(uri, folder.resolve("model.onnx"), expected);
        }
    }

    private Downloaded fetch() throws IOException {
        return fetch(server.uri("/model.onnx"), Expected.ANYTHING);
    }

    private void assertArrived(Downloaded downloaded) throws IOException {
        assertArrayEquals(content, Files.readAllBytes(downloaded.file()));
        assertEquals(Digest.of(content), downloaded.digest());
        assertEquals(content.length, downloaded.size());
        try (Stream<Path> files = Files.list(folder)) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(".part")), "a part is left");
        }
    }

    private DownloadException fails(String why) {
        var error = assertThrows(DownloadException.class, this::fetch);
        assertTrue(error.getMessage().contains(why), error.getMessage());
        assertFalse(Files.exists(folder.resolve("model.onnx")), "half a file under its name");
        return error;
    }

    private List<Integer> ranges() {
        return server.requests().stream().map(FaultyServer.Request::from).toList();
    }

    @Test
    void aGoodServer() throws IOException {
        server.on("/model.onnx", e -> e.file(content, TAG));
        assertArrived(fetch());
        assertEquals(1, server.requests().size());
    }

    @Test
    void aServerThatDoesNotSayTheLength() throws IOException {
        server.on("/model.onnx", e -> {
            e.head(200, "Transfer-Encoding", "chunked");
            e.raw("\r\n" + Integer.toHexString(content.length) + "\r\n");
            e.write(content, 0, content.length);
            e.raw("\r\n0\r\n\r\n");
        });
        assertArrived(fetch());
    }

    @Test
    void aConnectionThatIsCutGoesOnWhereItEnded() throws IOException {
        server.on("/model.onnx", e -> {
            if (e.number() < 4) {
                int from = e.request().from();
                e.head(from > 0 ? 206 : 200, "ETag", TAG, "Content-Range",
                    "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
                e.raw("Content-Length: " + (content.length - from) + "\r\n\r\n");
                e.write(content, from, from + 30_000);
            } else {
                e.file(content, TAG);
            }
        });
        assertArrived(fetch());
        assertEquals(List.of(0, 30_000, 60_000, 90_000, 120_000), ranges());
        assertEquals(TAG, server.requests().getLast().header("If-Range"));
    }

    @Test
    void aConnectionThatStallsIsGivenUpAndTakenUpAgain() throws IOException {
        settings = PATIENT.withStall(Duration.ofSeconds(2));
        server.on("/model.onnx", e -> {
            if (e.number() == 0) {
                e.head(200, "ETag", TAG);
                e.raw("Content-Length: " + content.length + "\r\n\r\n");
                e.write(content, 0, 50_000);
                Thread.sleep(600_000);
            }
            e.file(content, TAG);
        });
        assertArrived(fetch());
        assertEquals(List.of(0, 50_000), ranges());
        assertTrue(heard.getFirst().contains("nothing arrived"), heard.toString());
    }

    @Test
    void aServerThatDoesNotAnswerAtAll() {
        settings = PATIENT.withStall(Duration.ofMillis(400));
        server.on("/model.onnx", _ -> Thread.sleep(600_000));
        fails("does not answer (tried 3 times");
    }

    @Test
    void aServerThatAlwaysCutsAtTheSamePlace() {
        server.on("/model.onnx", e -> {
            e.head(200);
            e.raw("Content-Length: " + content.length + "\r\n\r\n");
            e.write(content, 0, 1000);
        });
        fails("the connection was cut (tried 3 times in a row)");
    }

    @Test
    void anotherProcessGoesOnWhereTheFirstEnded() throws IOException {
        server.on("/model.onnx", e -> {
            if (e.number() == 0) {
                e.head(200, "ETag", TAG);
                e.raw("Content-Length: " + content.length + "\r\n\r\n");
                e.write(content, 0, 70_000);
            }
        });
        fails("the connection to 127.0.0.1");
        server.on("/model.onnx", e -> e.file(content, TAG));
        assertArrived(fetch());
        assertEquals(70_000, server.requests().getLast().from());
    }

    @Test
    void aFileThatChangedMeanwhileIsFetchedAnew() throws IOException {
        server.on("/model.onnx", e -> {
            if (e.number() == 0) {
                e.head(200, "ETag", "\"old\"");
                e.raw("Content-Length: 150000\r\n\r\n");
                e.write(new byte[50_000], 0, 50_000);
            } else {
                e.file(content, TAG);
            }
        });
        assertArrived(fetch());
        assertEquals("\"old\"", server.requests().getLast().header("If-Range"));
    }

    @Test
    void aServerThatIgnoresIfRangeIsCaughtByItsTag() throws IOException {
        server.on("/model.onnx", e -> {
            switch (e.number()) {
                case 0 -> {
                    e.head(200, "ETag", "\"old\"");
                    e.raw("Content-Length: 150000\r\n\r\n");
                    e.write(new byte[50_000], 0, 50_000);
                }
                case 1 -> {
                    e.head(206, "ETag", TAG, "Content-Range", "bytes 50000-199999/200000");
                    e.raw("Content-Length: 150000\r\n\r\n");
                    e.write(content, 50_000, 200_000);
                }
                default -> e.file(content, TAG);
            }
        });
        assertArrived(fetch());
    }

    @Test
    void aServerWithoutRangesBeginsAnew() throws IOException {
        server.on("/model.onnx", e -> {
            if (e.number() == 0) {
                e.head(200, "ETag", TAG);
                e.raw("Content-Length: " + content.length + "\r\n\r\n");
                e.write(content, 0, 50_000);
            } else {
                e.send(200, content, "ETag", TAG);
            }
        });
        assertArrived(fetch());
    }

    @Test
    void aServerThatSendsAnotherPart() throws IOException {
        server.on("/model.onnx", e -> {
            if (e.number() == 0) {
                e.head(200, "ETag", TAG);
                e.raw("Content-Length: " + content.length + "\r\n\r\n");
                e.write(content, 0, 50_000);
            } else if (e.number() == 1) {
                e.head(206, "ETag", TAG, "Content-Range", "bytes 10-199999/200000");
                e.raw("Content-Length: 199990\r\n\r\n");
                e.write(content, 10, content.length);
            } else {
                e.file(content, TAG);
            }
        });
        assertArrived(fetch());
        assertEquals(List.of(0, 50_000, 0), ranges());
    }

    @Test
    void whatIsWholeAlreadyIsNotFetchedAgain() throws IOException {
        Files.write(folder.resolve("model.onnx.part"), content);
        Files.writeString(folder.resolve("model.onnx.from"), TAG);
        server.on("/model.onnx", e -> e.file(content, TAG));
        assertArrived(fetch());
        assertEquals(List.of(content.length), ranges(), "and status 416 says that it is");
    }

    @Test
    void whatWasFetchedOnceIsFetchedAgainOnlyIfItChanged() throws IOException {
        server.on("/model.onnx", e -> e.file(content, TAG));
        assertArrived(fetch());
        assertArrived(fetch());
        content = Arrays.copyOf(content, 150_000);
        server.on("/model.onnx", e -> e.file(content, "\"tag-2\""));
        assertArrived(fetch());
        assertEquals(List.of(0, 200_000, 200_000), ranges());
    }

    @Test
    void aPartThatTheServerHasNotIsFetchedAnew() throws IOException {
        Files.write(folder.resolve("model.onnx.part"), new byte[content.length + 5]);
        Files.writeString(folder.resolve("model.onnx.from"), TAG);
        server.on("/model.onnx", e -> e.file(content, TAG));
        assertArrived(fetch());
    }

    @Test
    void aPartOfWhichNobodyKnowsWhatItIsPartOf() throws IOException {
        Files.write(folder.resolve("model.onnx.part"), new byte[50_000]);
        server.on("/model.onnx", e -> e.file(content, TAG));
        assertArrived(fetch());
        assertEquals(List.of(0), ranges());
    }

    @Test
    void aWrongBeginningIsNoticedByTheDigest() throws IOException {
        Files.write(folder.resolve("model.onnx.part"), new byte[50_000]);
        server.on("/model.onnx", e -> e.file(content, TAG));
        assertArrived(fetch(server.uri("/model.onnx"), Expected.of(Digest.of(content))));
        assertEquals(List.of(50_000, 0), ranges());
    }

    @Test
    void lengthsThatAreNotTrue() {
        server.on("/model.onnx", e -> {
            e.head(200);
            e.raw("Content-Length: 999999\r\n\r\n");
            e.write(content, 0, content.length);
        });
        fails("the connection was cut");
        var known = new Expected(OptionalLong.of(1000), Optional.empty());
        server.on("/model.onnx", e -> e.file(content, TAG));
        var error = assertThrows(DownloadException.class, () -> fetch(server.uri("/model.onnx"), known));
        assertTrue(error.getMessage().contains("more bytes arrive than the 1000"), error.getMessage());
        var more = new Expected(OptionalLong.of(300_000), Optional.empty());
        error = assertThrows(DownloadException.class, () -> fetch(server.uri("/model.onnx"), more));
        assertTrue(error.getMessage().contains("cannot fetch"), error.getMessage());
        assertFalse(Files.exists(folder.resolve("model.onnx")));
    }

    @Test
    void anotherContentThanTheDigestSays() {
        server.on("/model.onnx", e -> e.file(content, TAG));
        var error = assertThrows(DownloadException.class,
            () -> fetch(server.uri("/model.onnx"), Expected.of(Digest.of(new byte[1]))));
        assertTrue(error.getMessage().contains("SHA-256 is " + Digest.of(content).hex()), error.getMessage());
        assertFalse(Files.exists(folder.resolve("model.onnx")));
        assertEquals(2, server.requests().size());
    }

    @Test
    void theDigestThatTheFirstServerAnnounces() throws IOException {
        server.on("/model.onnx", e -> e.send(302, new byte[0], "Location", "/cdn?signature=secret", "X-Linked-Etag",
            '"' + Digest.of(content).hex() + '"', "X-Linked-Size", String.valueOf(content.length)));
        server.on("/cdn", e -> e.file(content, "\"other\""));
        assertArrived(fetch());
        server.on("/cdn", e -> e.file(new byte[content.length], "\"other\""));
        Files.delete(folder.resolve("model.onnx"));
        assertFalse(fails("what arrived is not the file").getMessage().contains("secret"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 410, 400, 451, 501})
    void whatDoesNotPassIsNotTriedAgain(int status) {
        server.on("/model.onnx", e -> e.send(status, "no".getBytes(), "X-Error-Message", "this is gated"));
        var error = fails(String.valueOf(status));
        assertTrue(error.getMessage().contains(": this is gated"), error.getMessage());
        assertEquals(status == 404 || status == 410, error.isNotFound());
        assertEquals(status == 401 || status == 403, error.isForbidden());
        assertEquals(1, server.requests().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void whatPassesIsTriedAgain(int status) throws IOException {
        server.on("/model.onnx", e -> {
            if (e.number() < 2) {
                e.send(status, "later".getBytes());
            } else {
                e.file(content, TAG);
            }
        });
        assertArrived(fetch());
        assertEquals(3, server.requests().size());
        assertTrue(heard.getFirst().contains(String.valueOf(status)), heard.toString());
    }

    @Test
    void whatNeverPassesFailsInTheEnd() {
        server.on("/model.onnx", e -> e.send(503, new byte[0]));
        fails("the server answered 503 (tried 3 times in a row)");
        assertEquals(3, server.requests().size());
    }

    @Test
    void aServerThatWantsToBeLeftAlone() throws IOException {
        server.on("/model.onnx", e -> {
            if (e.number() == 0) {
                e.send(429, new byte[0], "Retry-After", "1");
            } else {
                e.file(content, TAG);
            }
        });
        long start = System.nanoTime();
        assertArrived(fetch());
        assertTrue(System.nanoTime() - start >= Duration.ofSeconds(1).toNanos(), "it was not left alone");
        server.on("/model.onnx", e -> e.send(429, new byte[0], "Retry-After", "3600"));
        Files.delete(folder.resolve("model.onnx"));
        fails("left alone for 3600 seconds");
    }

    @Test
    void noServer() {
        server.close();
        fails("no connection to 127.0.0.1:" + server.port());
    }

    @Test
    void redirectsAreFollowedButNotForEver() throws IOException {
        server.on("/model.onnx", e -> e.send(301, new byte[0], "Location", "a/b"));
        server.on("/a/b", e -> e.send(307, new byte[0], "Location", server.uri("/c").toString()));
        server.on("/c", e -> e.file(content, TAG));
        assertArrived(fetch());
        Files.delete(folder.resolve("model.onnx"));
        server.on("/c", e -> e.send(302, new byte[0], "Location", "/model.onnx"));
        fails("without end");
        server.on("/c", e -> e.send(302, new byte[0]));
        fails("without saying where");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.org/model.onnx", "file:///etc/passwd", "ftp://127.0.0.1/x",
        "http://user:password@127.0.0.1/x"})
    void redirectsThatLeadAstray(String location) {
        server.on("/model.onnx", e -> e.send(302, new byte[0], "Location", location));
        var error = fails("nothing is fetched from");
        assertFalse(error.getMessage().contains("password@"), error.getMessage());
    }

    @Test
    void theTokenIsForOneServer() throws IOException {
        try (var other = new FaultyServer()) {
            other.on("/cdn", e -> e.file(content, TAG));
            server.on("/model.onnx", e -> e.send(302, new byte[0], "Location", "/here"));
            server.on("/here", e -> e.send(302, new byte[0], "Location", other.uri("/cdn").toString()));
            var token = new Token(server.uri("/"), "secret-token");
            try (var downloader = downloader(Map.of(), Optional.of(token))) {
                assertArrived(downloader.download(server.uri("/model.onnx"), folder.resolve("model.onnx"),
                    Expected.ANYTHING));
            }
            assertEquals(List.of("Bearer secret-token", "Bearer secret-token"),
                server.requests().stream().map(request -> request.header("Authorization")).toList());
            assertEquals(List.of(""), other.requests().stream().map(r -> r.header("Authorization")).toList());
            assertFalse(token.toString().contains("secret"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sec\nret", "sec ret", "sec\u0000ret", "secrét", "secret\r\nX: y"})
    void whatIsNoTokenIsNeitherSentNorShown(String secret) {
        var error = assertThrows(DownloadException.class, () -> new Token(server.uri("/"), secret));
        assertFalse(error.getMessage().contains("sec"), error.getMessage());
    }

    @Test
    void packedContentIsRefused() {
        server.on("/model.onnx", e -> e.send(200, content, "Content-Encoding", "gzip"));
        fails("packed as 'gzip'");
        assertEquals("identity", server.requests().getFirst().header("Accept-Encoding"));
    }

    @Test
    void moreThanTheDiskHolds() {
        server.on("/model.onnx", e -> {
            e.head(200);
            e.raw("Content-Length: 900000000000000000\r\n\r\n");
        });
        var error = assertThrows(IOException.class, this::fetch);
        assertTrue(error.getMessage().contains("900000000000000000 bytes, the disk has"), error.getMessage());
    }

    @Test
    void smallTexts() throws IOException {
        server.on("/list", e -> {
            if (e.number() == 0) {
                e.head(200);
                e.raw("Content-Length: 1000\r\n\r\n{");
            } else {
                e.send(200, "{}".getBytes());
            }
        });
        server.on("/endless", e -> e.send(200, content));
        try (var downloader = downloader(Map.of(), Optional.empty())) {
            assertEquals("{}", new String(downloader.read(server.uri("/list"), 100)));
            var error = assertThrows(DownloadException.class, () -> downloader.read(server.uri("/endless"), 1000));
            assertTrue(error.getMessage().contains("more than 1000 bytes"), error.getMessage());
        }
    }

    @Test
    void aProxyIsAskedForTheWholeAddress() throws IOException {
        try (var proxy = new FaultyServer()) {
            proxy.on("/model.onnx", e -> e.file(content, TAG));
            var environment = Map.of("http_proxy", "http://user:pass@127.0.0.1:" + proxy.port(), "NO_PROXY", "other.org");
            try (var downloader = downloader(environment, Optional.empty())) {
                assertArrived(downloader.download(URI.create("http://localhost:1/model.onnx"),
                    folder.resolve("model.onnx"), Expected.ANYTHING));
            }
            var request = proxy.requests().getFirst();
            assertEquals("http://localhost:1/model.onnx", request.target());
            assertEquals("Basic dXNlcjpwYXNz", request.header("Proxy-Authorization"));
        }
    }

    @Test
    void noProxyForExceptions() throws IOException {
        server.on("/model.onnx", e -> e.file(content, TAG));
        for (var exception : List.of("127.0.0.1", "*", "example.org, 127.0.0.1:" + server.port())) {
            var environment = Map.of("HTTP_PROXY", "http://127.0.0.1:1", "no_proxy", exception);
            try (var downloader = downloader(environment, Optional.empty())) {
                downloader.download(server.uri("/model.onnx"), folder.resolve("model.onnx"), Expected.ANYTHING);
            }
            assertEquals("", server.requests().getLast().header("Proxy-Authorization"));
        }
    }

    @Test
    void proxiesOfTheEnvironment() {
        var proxies = Proxies.of(Map.of("https_proxy", "proxy.example:8080", "no_proxy", ".intern.example,host.example"))
            .orElseThrow();
        assertEquals("[HTTP @ proxy.example/<unresolved>:8080]",
            proxies.select(URI.create("https://a.example/x")).toString());
        for (var direct : List.of("http://a.example", "https://a.intern.example", "https://intern.example",
            "https://host.example", "https://sub.host.example")) {
            assertEquals("[DIRECT]", proxies.select(URI.create(direct)).toString(), direct);
        }
        assertTrue(Proxies.of(Map.of("https_proxy", " ", "PATH", "/bin")).isEmpty());
        for (var wrong : Arrays.asList("socks5://host:1", "http://", "a b", "http://u:secret@host:65536")) {
            var error = assertThrows(DownloadException.class, () -> Proxies.of(Map.of("ALL_PROXY", wrong)), wrong);
            assertFalse(error.getMessage().contains("secret"), error.getMessage());
        }
    }
}
