package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.store.Digest;
import dev.gpux.store.remote.FaultyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code gpux pull}, from servers on this machine. */
class PullIT {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int INVALID = 3;
    private static final String TOKEN = "hf_verysecrettoken";

    @TempDir
    Path folder;
    private StoreFolder store;
    private FaultyServer server;
    private FakeHub hub;

    @BeforeEach
    void start() throws IOException {
        store = new StoreFolder(folder);
        server = new FaultyServer();
        hub = new FakeHub("owner/name");
    }

    @AfterEach
    void stop() {
        server.close();
        hub.close();
    }

    private static Path models() {
        return Path.of(System.getProperty("gpux.models", "models")).toAbsolutePath();
    }

    private byte[] add(float number) throws IOException {
        var file = folder.resolve("made.onnx");
        StoreFolder.writeAdd(file, number, "");
        return Files.readAllBytes(file);
    }

    private GpuxProcess hubProcess(String... arguments) {
        return store.process(arguments).with("HF_ENDPOINT", hub.endpoint() + "/");
    }

    private void assertRuns(String name, String data) {
        var run = store.fine("run", name, "-i", "x=[[1]]", "--json");
        assertTrue(run.out().contains("\"data\":[" + data + "]"), run::toString);
    }

    @Test
    void anAddress() throws IOException {
        var model = add(10);
        server.on("/files/ten.onnx", e -> e.file(model, "\"1\""));
        var pull = store.fine("pull", server.uri("/files/ten.onnx?key=secret").toString());
        assertTrue(pull.out().matches("ten:latest  [0-9a-f]{12}\n"), pull::toString);
        assertFalse(pull.toString().contains("secret"), pull::toString);
        assertFalse(pull.err().contains("\r"), "progress without a terminal");
        assertRuns("ten", "11.0");
        assertRuns(server.uri("/files/ten.onnx?key=secret").toString(), "11.0");
        store.fails(INVALID, List.of("is not on this machine; fetch it with 'gpux pull hf://a/b'"), "run", "hf://a/b");
        store.fails(USAGE, List.of("expected hf://owner/repository"), "run", "hf://a");
        var json = store.fine("pull", server.uri("/files/ten.onnx").toString(), "--as", "other:1", "--json");
        assertTrue(json.out().matches("\\{\"name\":\"other:1\",\"digest\":\"sha256:.*\",\"source\":\"http:.*/files/ten.onnx\","
            + "\"size\":\\d+\\}\n"), json::toString);
        assertEquals(List.of("other:1", "ten:latest"), store.names());
    }

    @Test
    void externalDataBesideTheAddress() throws IOException {
        StoreFolder.writeAdd(folder.resolve("ext.onnx"), 10, "ext w.data");
        server.on("/a/ext.onnx", e -> e.file(Files.readAllBytes(folder.resolve("ext.onnx")), "\"1\""));
        server.on("/a/ext%20w.data", e -> e.file(Files.readAllBytes(folder.resolve("ext w.data")), "\"2\""));
        store.fine("pull", server.uri("/a/ext.onnx").toString());
        assertRuns("ext", "11.0");
    }

    @ParameterizedTest
    @CsvSource({"401, the server wants to know who asks", "403, the server wants to know who asks", "404, no such file",
        "416, the server answered 416", "429, the server answered 429", "500, the server answered 500"})
    void refusals(int status, String said) throws IOException {
        server.on("/x.onnx", e -> e.send(status, new byte[0]));
        store.fails(FAILED, List.of("cannot fetch http://127.0.0.1", said), "pull", server.uri("/x.onnx").toString(),
            "--attempts", "1");
        assertEquals(List.of(), store.files("tags"));
    }

    @Test
    void whatFailsForAWhileIsTriedAgain() throws IOException {
        var model = add(10);
        server.on("/x.onnx", e -> {
            if (e.number() == 0) {
                e.send(503, new byte[0]);
            } else {
                e.file(model, "\"1\"");
            }
        });
        var pull = store.fine("pull", server.uri("/x.onnx").toString());
        assertTrue(pull.err().contains("the server answered 503; trying again in 0.5 s"), pull::toString);
        assertRuns("x", "11.0");
    }

    @Test
    void aPullThatIsKilledGoesOnWhereItEnded() throws IOException, InterruptedException {
        var model = Files.readAllBytes(models().resolve("all-minilm-l6-v2-q.onnx"));
        server.on("/x.onnx", e -> {
            if (e.number() == 0) {
                e.head(200, "ETag", "\"1\"");
                e.raw("Content-Length: " + model.length + "\r\n\r\n");
                e.write(model, 0, 9_000_000);
                Thread.sleep(600_000);
            } else {
                e.file(model, "\"1\"");
            }
        });
        var process = store.process("pull", server.uri("/x.onnx").toString()).start();
        waitForBytes(8_000_000);
        process.destroyForcibly().waitFor();
        assertEquals("", store.fine("list").out());
        store.fine("pull", server.uri("/x.onnx").toString(), "--sha256", Digest.of(model).hex());
        var from = server.requests().getLast().from();
        assertTrue(from >= 8_000_000 && from <= 9_000_000, "from " + from);
        assertEquals(List.of("x:latest"), store.names());
        assertEquals(List.of(), store.files("tmp"));
    }

    private void waitForBytes(long bytes) throws IOException, InterruptedException {
        for (int i = 0; i < 3000; i++) {
            long sum = 0;
            for (var folder : store.files("tmp")) {
                try (var files = Files.walk(folder)) {
                    sum += files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
                }
            }
            if (sum >= bytes) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the download did not begin");
    }

    @Test
    void ctrlCEndsThePullAtOnce() throws IOException, InterruptedException {
        server.on("/x.onnx", e -> {
            e.head(200, "ETag", "\"1\"");
            e.raw("Content-Length: 100\r\n\r\n1234567890");
            Thread.sleep(600_000);
        });
        var process = store.process("pull", server.uri("/x.onnx").toString()).start();
        waitForBytes(10);
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        assertEquals(130, process.exitValue());
        assertEquals("gpux: interrupted", process.errorReader().readLine());
    }

    @Test
    void whatIsNotWhatItShouldBe() throws IOException {
        var model = add(10);
        server.on("/x.onnx", e -> e.file(model, "\"1\""));
        server.on("/page.onnx", e -> e.send(200, "<!DOCTYPE html><html></html>".getBytes()));
        server.on("/cut.onnx", e -> e.send(200, Arrays.copyOf(model, model.length / 2)));
        store.fails(FAILED, List.of("what arrived is not the file", "SHA-256"), "pull",
            server.uri("/x.onnx").toString(), "--sha256", "0".repeat(64));
        store.fails(INVALID, List.of("what was fetched is no model", "page.onnx", "HTML"), "pull",
            server.uri("/page.onnx").toString());
        store.fails(INVALID, List.of("what was fetched is no model", "cut.onnx"), "pull",
            server.uri("/cut.onnx").toString());
        assertEquals(List.of(), store.files("tags"));
        assertEquals(List.of(), store.files("blobs"));
    }

    @Test
    void whatIsNoSource() throws IOException {
        store.fails(USAGE, List.of("http:// is open to changes on the way"), "pull", "http://example.org/x.onnx");
        store.fails(USAGE, List.of("no credentials"), "pull", "https://me:" + TOKEN + "@example.org/x.onnx");
        store.fails(USAGE, List.of("expected hf://owner/repository"), "pull", "hf://x");
        store.fails(USAGE, List.of("is no source"), "pull", "x");
        store.fails(USAGE, List.of("64 hexadecimal digits"), "pull", "https://example.org/x.onnx", "--sha256", "12");
        store.fails(USAGE, List.of("is no name"), "pull", "https://example.org/x.onnx", "--as", "a/b");
        store.fails(USAGE, List.of("names no file"), "pull", "https://example.org/");
        store.fails(USAGE, List.of("from 1 to"), "pull", "https://example.org/x", "--attempts", "0");
        StoreFolder.requireFailure(store.process("pull", "hf://a/b")
            .with("HF_ENDPOINT", "what?").run(), USAGE, List.of("HF_ENDPOINT is no address"));
        var project = store.project("add", "1", 1);
        store.fails(USAGE, List.of("is on this machine already"), "pull", project.toString());
    }

    @Test
    void aRepositoryBecomesAModelThatTakesText() throws IOException {
        hub.with("README.md", "# hello").with("config.json", "{\"max_position_embeddings\": 512}")
            .with("tokenizer.json", Files.readAllBytes(models().resolve("all-minilm-l6-v2-q-tokenizer.json")))
            .with("tokenizer_config.json", "{\"model_max_length\": 256}")
            .with("modules.json", "[{\"type\": \"sentence_transformers.models.Normalize\"}]")
            .with("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": true}")
            .with("onnx/model.onnx", Files.readAllBytes(models().resolve("all-minilm-l6-v2-q.onnx")))
            .with("onnx/model_fp16.onnx", "not this");
        var pull = hubProcess("pull", "hf://owner/name").with("HF_TOKEN", TOKEN).run();
        assertEquals(0, pull.code(), pull::toString);
        assertTrue(pull.out().matches("name:latest  [0-9a-f]{12}\n"), pull::toString);
        assertTrue(pull.err().contains("hf://owner/name@" + FakeHub.COMMIT + "/onnx/model.onnx"), pull::toString);
        assertTrue(pull.err().contains("other variants: fp16"), pull::toString);
        assertFalse(pull.toString().contains(TOKEN) || pull.toString().contains("signature"), pull::toString);
        assertEquals(List.of("tokenizer.json", "config.json", "tokenizer_config.json", "modules.json",
            "1_Pooling/config.json", "onnx/model.onnx"), hub.fetched());
        assertTrue(hub.server().requests().stream()
            .allMatch(request -> request.header("Authorization").equals("Bearer " + TOKEN)), "who asks");
        assertTrue(hub.storage().requests().stream()
            .allMatch(request -> request.header("Authorization").isEmpty()), "the token went elsewhere");
        var run = store.fine("run", "name", "-i", "text=hello world", "--json");
        var embedding = RunIT.numbers(run.out(), "embedding");
        assertEquals(384, embedding.size());
        assertEquals(-0.035677, embedding.getFirst(), 0.02);

        var again = hubProcess("pull", "hf://owner/name@v1", "--as", "again").run();
        assertEquals(0, again.code(), again::toString);
        assertEquals(List.of("config.json", "tokenizer_config.json", "modules.json", "1_Pooling/config.json"),
            hub.fetched().subList(6, hub.fetched().size()), "large files are here already");
    }

    @Test
    void variantsAndRevisionsAndFiles() throws IOException {
        hub.with("onnx/model.onnx", add(1)).with("onnx/model_quantized.onnx", add(2)).with("onnx/model_fp16.onnx", add(3))
            .with("other/special.onnx", add(4));
        for (var words : List.of("hf://owner/name full 2.0", "hf://owner/name quantized 3.0", "hf://owner/name q4,fp16 4.0",
            "hf://owner/name@refs%2Fpr%2F1/other/special.onnx full 5.0")) {
            var word = words.split(" ");
            var pull = hubProcess("pull", word[0], "--variant", word[1], "--as", "m").run();
            assertEquals(0, pull.code(), pull::toString);
            assertRuns("m", word[2]);
            assertRuns(word[0], word[2]);
        }
        var tagged = hubProcess("pull", "hf://owner/name@v1").run();
        assertTrue(tagged.out().startsWith("name:v1  "), tagged::toString);
        assertRuns("hf://owner/name@v1", "2.0");
        StoreFolder.requireFailure(hubProcess("pull", "hf://owner/name", "--variant", "int8").run(), INVALID,
            List.of("no variant int8", "onnx/model_quantized.onnx ("));
        StoreFolder.requireFailure(hubProcess("pull", "hf://owner/name/nowhere.onnx").run(), INVALID,
            List.of("has no file nowhere.onnx", "other/special.onnx"));
    }

    @Test
    void aRepositoryWithoutAModel() {
        hub.with("config.json", "{}");
        StoreFolder.requireFailure(hubProcess("pull", "hf://owner/name").run(), INVALID, List.of("has no .onnx file"));
    }

    @Test
    void externalDataInARepository() throws IOException {
        StoreFolder.writeAdd(folder.resolve("model.onnx"), 10, "model.onnx_data");
        hub.with("onnx/model.onnx", Files.readAllBytes(folder.resolve("model.onnx")))
            .with("onnx/model.onnx_data", Files.readAllBytes(folder.resolve("model.onnx_data")));
        assertEquals(0, hubProcess("pull", "hf://owner/name").run().code());
        assertRuns("name", "11.0");
    }

    @Test
    void aTokenizerThatIsNoneIsMentionedAndTheModelStillRuns() throws IOException {
        hub.with("onnx/model.onnx", Files.readAllBytes(models().resolve("all-minilm-l6-v2-q.onnx")))
            .with("tokenizer.json", "{\"model\": {\"type\": \"Unheard\"}}");
        assertEquals(0, hubProcess("pull", "hf://owner/name").run().code());
        var bundle = store.files("bundles").getFirst();
        var text = Files.readString(bundle.resolve("GPUXfile"));
        assertTrue(text.contains("# There is a tokenizer, tokenizer.json, which gpux cannot use: "), text);
        store.fine("run", "name", "-i", "input_ids=[[101,102]]", "-i", "attention_mask=[[1,1]]", "-i",
            "token_type_ids=[[0,0]]", "-q");
    }

    @Test
    void aRepositoryNobodyMaySee() {
        hub.server().on("/api/models/owner/name/revision/main",
            e -> e.send(401, new byte[0], "X-Error-Message", "Repository not found"));
        StoreFolder.requireFailure(hubProcess("pull", "hf://owner/name").run(), FAILED,
            List.of("401", "Repository not found", "needs a token in HF_TOKEN"));
        var refused = hubProcess("pull", "hf://owner/name", "--verbose").with("HF_TOKEN", TOKEN).run();
        assertEquals(FAILED, refused.code());
        assertTrue(refused.err().contains("the token in HF_TOKEN may not read it"), refused::toString);
        assertFalse(refused.toString().contains(TOKEN), refused::toString);
    }

    /** As when a file with the token was read with its line break, and something behind it. */
    @Test
    void aTokenThatIsNoneIsNotShown() {
        var result = hubProcess("pull", "hf://owner/name", "--verbose").with("HF_TOKEN", TOKEN + "\n" + TOKEN).run();
        assertEquals(USAGE, result.code(), result::toString);
        assertTrue(result.err().contains("HF_TOKEN has a space, a line break"), result::toString);
        assertFalse(result.toString().contains(TOKEN), result::toString);
    }

    @Test
    void hostileListings() throws IOException {
        hub.with("onnx/model.onnx", add(1));
        var evil = "{\"sha\":\"../../evil\",\"siblings\":[{\"rfilename\":\"../../evil.onnx\"},{\"rfilename\":\"/etc/x.onnx\"},"
            + "{\"rfilename\":\"a\\u0000.onnx\"},{\"rfilename\":7,\"lfs\":[[]]},{\"size\":-5,\"rfilename\":\"C:\\\\x.onnx\"}]}";
        StoreFolder.requireFailure(hub(evil), INVALID, List.of("has no .onnx file"));
        for (var broken : List.of("", "[]", "{", "null", "{\"siblings\":[{", "[".repeat(100_000), "<html>")) {
            StoreFolder.requireFailure(hub(broken.isEmpty() ? " " : broken), INVALID, List.of("the list of files of owner/name"));
        }
        var lie = hub.listing("").json().replaceAll("\"size\":\\d+", "\"size\":9");
        StoreFolder.requireFailure(hub(lie), FAILED, List.of("more bytes arrive than the 9"));
        assertEquals(List.of(), store.files("tags"));
    }

    private GpuxProcess.Result hub(String listing) {
        hub.listing(listing);
        return hubProcess("pull", "hf://owner/name").run();
    }

    @Test
    void aGpuxfileWhoseModelIsOnTheNet() throws IOException {
        hub.with("onnx/model.onnx", add(10));
        var project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(project.resolve("GPUXfile"), "name: mine\nmodel: hf://owner/name/onnx/model.onnx\n"
            + "tests:\n  - {input: {x: [[1]]}, expect: {y: [11]}}\n");
        store.fails(INVALID, List.of("is not on this machine", "gpux pull hf://owner/name/onnx/model.onnx"), "run",
            project.toString(), "-i", "x=[[1]]");
        var pull = hubProcess("pull").in(project).run();
        assertEquals(0, pull.code(), pull::toString);
        assertTrue(store.fine("run", project.toString(), "-i", "x=[[1]]", "--json").out().contains("[11.0]"));
        store.fine("rm", "name");
        var build = hubProcess("build", project.toString()).run();
        assertEquals(0, build.code(), build::toString);
        assertRuns("mine", "11.0");
    }

    @Test
    void https() throws Exception {
        var keys = folder.resolve("keys.p12");
        var keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost",
            "-validity", "2", "-keystore", keys.toString(), "-storepass", "password", "-storetype", "PKCS12")
            .redirectErrorStream(true).start();
        assertEquals(0, keytool.waitFor(), () -> new String(readAll(keytool)));
        var trust = "-Djavax.net.ssl.trustStore=" + keys + " -Djavax.net.ssl.trustStorePassword=password";
        var model = add(10);
        try (var safe = new FaultyServer(context(keys).getServerSocketFactory().createServerSocket(0));
             var proxy = new FaultyServer()) {
            safe.on("/x.onnx", e -> e.file(model, "\"1\""));
            safe.on("/down.onnx", e -> e.send(302, new byte[0], "Location", "http://example.org/x.onnx"));
            var address = "https://localhost:" + safe.port();
            var direct = store.process("pull", address + "/x.onnx").with("JDK_JAVA_OPTIONS", trust).run();
            assertEquals(0, direct.code(), direct::toString);
            assertRuns("x", "11.0");
            var through = store.process("pull", address + "/x.onnx", "--as", "y").with("JDK_JAVA_OPTIONS", trust)
                .with("HTTPS_PROXY", "http://user:pass@127.0.0.1:" + proxy.port()).run();
            assertEquals(0, through.code(), through::toString);
            assertEquals("CONNECT", proxy.requests().getFirst().method());
            assertEquals("Basic dXNlcjpwYXNz", proxy.requests().getLast().header("Proxy-Authorization"));
            StoreFolder.requireFailure(store.process("pull", address + "/x.onnx").run(), FAILED,
                List.of("no safe connection to localhost"));
            var down = store.process("pull", address + "/down.onnx").with("JDK_JAVA_OPTIONS", trust).run();
            assertEquals(FAILED, down.code());
            assertTrue(down.err().contains("http:// is open to changes on the way"), down::toString);
        }
    }

    private static byte[] readAll(Process process) {
        try {
            return process.getInputStream().readAllBytes();
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private static SSLContext context(Path keys) throws Exception {
        var store = KeyStore.getInstance(keys.toFile(), "password".toCharArray());
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, "password".toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
