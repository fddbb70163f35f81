package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.store.Archive;
import dev.gpux.store.BundlePath;
import dev.gpux.store.Manifest;
import dev.gpux.store.ModelName;
import dev.gpux.store.Store;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code list}, {@code rm}, {@code tag}, {@code save}, {@code load}, and models by their names. */
class StoreCommandsIT {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int INVALID = 3;

    @TempDir
    Path folder;
    private StoreFolder store;

    @BeforeEach
    void store() {
        store = new StoreFolder(folder);
    }

    private void build(String name, String version, float number) throws IOException {
        store.fine("build", store.project(name, version, number).toString(), "-q");
    }

    @Test
    void anEmptyStore() {
        var list = store.fine("list");
        assertEquals("", list.out());
        assertTrue(list.err().contains("has none"), list::toString);
        assertEquals("", store.fine("list", "-q").err());
        var json = store.fine("list", "--json");
        assertTrue(json.out().matches("\\{\"store\":\".*\",\"models\":\\[\\]\\}\n"), json::toString);
        store.fails(INVALID, List.of("there is no model 'digits'"), "rm", "digits");
        store.fails(INVALID, List.of("there is no model 'digits'"), "run", "digits");
        assertFalse(Files.exists(store.home()), "looking made a store");
    }

    @Test
    void listShowsNameTagSizeDigestAndAge() throws IOException {
        build("add", "1.0", 1);
        build("other", "2", 2);
        var lines = store.fine("list").out().lines().toList();
        assertEquals(5, lines.size(), lines::toString);
        assertTrue(lines.get(0).matches("NAME +TAG +SIZE +DIGEST +AGE"), lines::toString);
        assertTrue(lines.get(1).matches("add +1\\.0 +\\d+ bytes +[0-9a-f]{12} +(now|\\d+ .*)"), lines::toString);
        assertEquals(List.of("add:1.0", "add:latest", "other:2", "other:latest"), store.names());
        assertEquals(3, store.fine("list", "other").out().lines().count());
        var json = store.fine("list", "add:1.0", "--json").out();
        assertTrue(json.matches(".*\"models\":\\[\\{\"name\":\"add\",\"tag\":\"1.0\",\"size\":\\d+,\"digest\":"
            + "\"sha256:[0-9a-f]{64}\",\"created\":\"20\\d\\d-.*Z\",\"files\":2\\}\\]\\}\n"), json);
    }

    @Test
    void modelsRunByNameFromAnyFolder() throws IOException {
        build("add", "1.0", 10);
        build("add", "2.0", 20);
        for (var expected : List.of("add:1.0 11", "add:2.0 21", "add 21")) {
            var words = expected.split(" ");
            var result = store.fine("run", words[0], "-i", "x=[[1]]", "--json");
            assertTrue(result.out().contains("\"data\":[" + words[1] + ".0]"), result::toString);
        }
        store.fails(INVALID, List.of("there is no model 'add:3.0'", "add has the tags 1.0, 2.0, latest"), "run",
            "add:3.0");
        store.fails(INVALID, List.of("there is no model 'ad'", "did you mean \"add\""), "run", "ad");
    }

    @Test
    void aFileComesBeforeAName() throws IOException {
        build("add", "1.0", 10);
        StoreFolder.writeAdd(folder.resolve("add"), 30, "");
        var result = store.fine("run", "add", "-i", "x=[[1]]", "--json");
        assertTrue(result.out().contains("[31.0]"), result::toString);
    }

    @Test
    void rmRemovesAndSaysWhatItFreed() throws IOException {
        build("add", "1.0", 1);
        build("add", "2.0", 2);
        var rm = store.fine("rm", "add:1.0");
        assertEquals("removed add:1.0\n", rm.out());
        assertTrue(rm.err().matches("(?s)freed \\d+ bytes\nstill there: add:2.0, add:latest\n"), rm::toString);
        assertEquals(List.of("add:2.0", "add:latest"), store.names());
        var json = store.fine("rm", "add", "--all-tags", "--json");
        assertTrue(json.out().matches("\\{\"removed\":\\[\"add:2.0\",\"add:latest\"\\],\"freed\":\\d+,\"in_use\":0\\}\n"),
            json::toString);
        assertEquals(List.of(), store.files("blobs"));
        assertEquals(List.of(), store.files("bundles"));
    }

    @Test
    void rmIsCareful() throws IOException {
        build("add", "1.0", 1);
        store.fails(USAGE, List.of("which model?"), "rm");
        store.fails(USAGE, List.of("is no name"), "rm", "../add");
        store.fails(USAGE, List.of("takes no names"), "rm", "--prune", "add");
        store.fails(USAGE, List.of("without a tag"), "rm", "--all-tags", "add:1.0");
        store.fails(INVALID, List.of("add has the tags 1.0, latest"), "rm", "add:1.0", "add:9");
        assertEquals(List.of("add:1.0", "add:latest"), store.names());
        Files.writeString(Files.createDirectories(store.home().resolve("tmp/stage-00")).resolve("x"), "left behind");
        assertTrue(store.fine("rm", "--prune").err().contains("freed 11 bytes"));
    }

    @Test
    void tagGivesAnotherName() throws IOException {
        build("add", "1.0", 1);
        var tag = store.fine("tag", "add:1.0", "sum:stable");
        assertTrue(tag.out().matches("sum:stable  [0-9a-f]{12}\n"), tag::toString);
        store.fine("rm", "add", "--all-tags", "-q");
        assertTrue(store.fine("run", "sum:stable", "-i", "x=[[1]]", "--json").out().contains("[2.0]"));
        store.fails(INVALID, List.of("there is no model 'add'"), "tag", "add", "x");
        store.fails(USAGE, List.of("takes a model and its new name"), "tag", "sum:stable");
        store.fails(USAGE, List.of("is no name"), "tag", "sum:stable", "a b");
    }

    @Test
    void anotherMachineLoadsWhatThisOneSaved() throws IOException {
        build("add", "1.0", 10);
        build("other", "1.0", 20);
        var saved = store.fine("save", "add:1.0", "other", "-o", "models.tar");
        assertTrue(saved.err().matches("wrote models.tar, .*B\n"), saved::toString);
        assertEquals("", saved.out());
        var there = new StoreFolder(Files.createDirectories(folder.resolve("there")));
        var loaded = there.fine("load", folder.resolve("models.tar").toString());
        assertTrue(loaded.out().matches("add:1.0  [0-9a-f]{12}\nother:latest  [0-9a-f]{12}\n"), loaded::toString);
        assertTrue(there.fine("run", "other", "-i", "x=[[1]]", "--json").out().contains("[21.0]"));
        there.fine("save", "add:1.0", "other", "-o", "again.tar", "-q");
        assertArrayEquals(Files.readAllBytes(folder.resolve("models.tar")),
            Files.readAllBytes(folder.resolve("there/again.tar")));
    }

    @Test
    void archivesGoThroughPipes() throws IOException, InterruptedException {
        build("add", "1.0", 10);
        var archive = folder.resolve("piped.tar");
        var save = store.process("save", "add", "-o", "-").start();
        Files.copy(save.getInputStream(), archive);
        assertEquals(0, save.waitFor());
        store.fine("rm", "add", "--all-tags");
        var load = store.process("load", "-").start();
        try (var stdin = load.getOutputStream()) {
            Files.copy(archive, stdin);
        }
        assertEquals(0, load.waitFor());
        assertEquals(List.of("add:latest"), store.names());
        store.fails(USAGE, List.of("both want stdout"), "save", "add", "-o", "-", "--json");
    }

    @Test
    void brokenArchivesChangeNothing() throws IOException {
        build("add", "1.0", 10);
        store.fine("save", "add:1.0", "-o", "a.tar");
        var bytes = Files.readAllBytes(folder.resolve("a.tar"));
        Files.write(folder.resolve("cut.tar"), Arrays.copyOf(bytes, bytes.length - 1600));
        store.fine("rm", "add", "--all-tags");
        store.fails(INVALID, List.of("archive"), "load", "cut.tar");
        Files.writeString(folder.resolve("text.tar"), "hello");
        store.fails(INVALID, List.of("this is no archive of 'gpux save'"), "load", "text.tar");
        store.fails(FAILED, List.of("there is no file nowhere.tar"), "load", "nowhere.tar");
        store.fails(USAGE, List.of("is a folder"), "load", ".");
        store.fails(USAGE, List.of("takes one file"), "load");
        store.fails(INVALID, List.of("no model 'add:1.0'"), "save", "add:1.0", "-o", "b.tar");
        store.fails(USAGE, List.of("models and a file"), "save", "add:1.0");
        assertEquals(List.of(), store.names());
        assertFalse(Files.exists(folder.resolve("b.tar")));
    }

    /** A socket stands for /dev/null, which root could replace by an archive. */
    @Test
    void whatIsNoFileIsNotReplaced() throws IOException {
        build("add", "1.0", 10);
        var target = folder.resolve("a.tar");
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(target));
            store.fails(USAGE, List.of("is no file; name one, or - for stdout"), "save", "add:1.0", "-o", "a.tar");
            assertFalse(Files.isRegularFile(target));
        }
    }

    @Test
    void nativeCodeInAnArchiveIsMentioned() throws IOException {
        var made = Store.at(folder.resolve("made"));
        try (var staging = made.stage()) {
            var entries = List.of(staging.add(new BundlePath("m.onnx"), new byte[1]), staging.add(
                new BundlePath("GPUXfile"), "model: m.onnx\nruntime: {custom_ops: [evil.so]}\n".getBytes()));
            var name = new ModelName("add", "1");
            staging.commit(Map.of(name, new Manifest(entries)));
            try (var out = Files.newOutputStream(folder.resolve("a.tar"))) {
                Archive.save(made, List.of(name), out);
            }
        }
        var load = store.fine("load", "a.tar");
        assertTrue(load.err().contains("add:1 brings or names native code"), load::toString);
    }

    @Test
    void aDamagedStoreIsReported() throws IOException {
        build("add", "1.0", 1);
        build("other", "1.0", 2);
        Files.writeString(store.home().resolve("tags/add/1.0"), "");
        var list = store.gpux("list");
        assertEquals(INVALID, list.code(), list::toString);
        assertTrue(list.err().contains("add:1.0 is damaged; build or pull it again"), list::toString);
        assertTrue(list.out().contains("other") && !list.out().contains("add  1.0"), list::toString);
        store.fails(INVALID, List.of("damaged"), "run", "add:1.0", "-i", "x=[[1]]");
        store.fine("rm", "add:1.0");
        assertEquals(List.of("add:latest", "other:1.0", "other:latest"), store.names());
    }

    @Test
    void aNewerStoreIsLeftAlone() throws IOException {
        Files.writeString(Files.createDirectories(store.home()).resolve("format"), "gpux store 9\n");
        store.fails(INVALID, List.of("newer GPUX", "GPUX_HOME"), "list");
    }

    @Test
    void aModelInUseOutlivesItsName() throws IOException, InterruptedException {
        build("add", "1.0", 1);
        var process = store.process("run", "add", "-i", "-").start();
        var stdin = process.getOutputStream();
        stdin.write("{\"x\": [[1]]}\n".getBytes());
        stdin.flush();
        assertTrue(process.inputReader().readLine().contains("2.0"));
        var rm = store.fine("rm", "add", "--all-tags");
        assertTrue(rm.err().contains("a process still uses"), rm::toString);
        assertEquals(1, store.files("bundles").size());
        stdin.write("{\"x\": [[2]]}\n".getBytes());
        stdin.close();
        assertTrue(process.inputReader().readLine().contains("3.0"));
        assertEquals(0, process.waitFor());
        store.fine("rm", "--prune");
        assertEquals(List.of(), store.files("bundles"));
        assertEquals(List.of(), store.files("blobs"));
    }
}
