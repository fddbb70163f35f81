package dev.gpux.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is put into the store comes out, under its names, until nothing needs it. */
class StoreTest {
    private static final ModelName DIGITS = name("digits:1.0");
    private static final ModelName OTHER = name("other");

    @TempDir
    private Path folder;
    private Store store;

    @BeforeEach
    void open() throws IOException {
        store = Store.at(folder.resolve("home"));
    }

    static ModelName name(String text) {
        return ModelName.parse(text).orElseThrow();
    }

    /** Puts a bundle in; the arguments are path, content, path, content, … */
    static Manifest put(Store store, ModelName name, String... files) throws IOException {
        try (var staging = store.stage()) {
            var entries = new LinkedHashMap<String, Manifest.Entry>();
            for (int i = 0; i < files.length; i += 2) {
                entries.put(files[i], staging.add(new BundlePath(files[i]), files[i + 1].getBytes()));
            }
            var manifest = new Manifest(List.copyOf(entries.values()));
            staging.commit(Map.of(name, manifest));
            return manifest;
        }
    }

    private static long count(Path folder) throws IOException {
        return Disk.list(folder).size();
    }

    @Test
    void anEmptyStoreIsNotEvenMade() throws IOException {
        assertEquals(List.of(), store.list());
        assertTrue(store.open(DIGITS).isEmpty());
        assertEquals(Collected.NOTHING, store.remove(List.of()));
        assertFalse(Files.exists(store.home()));
    }

    @Test
    void nobodyElseCanLookOrWriteIntoIt() throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "needs POSIX permissions");
        put(store, DIGITS, "GPUXfile", "model: x.onnx");
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(store.home())));
        try (var blobs = Files.list(store.home().resolve("blobs"))) {
            for (var blob : blobs.toList()) {
                assertEquals("r--r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(blob)));
            }
        }
    }

    @Test
    void whatIsPutInComesOutUnderItsOwnNames() throws IOException {
        var before = Instant.now().minus(Duration.ofSeconds(1));
        var manifest = put(store, DIGITS, "GPUXfile", "model: m/x.onnx", "m/x.onnx", "weights");
        var tagged = store.list().getFirst();
        assertEquals(List.of(tagged), store.list());
        assertEquals(DIGITS, tagged.name());
        assertEquals(manifest.digest(), tagged.bundle());
        assertTrue(tagged.created().isAfter(before) && !tagged.created().isAfter(Instant.now()));
        assertEquals(manifest, store.manifest(tagged.bundle()).orElseThrow());
        assertEquals(22, manifest.size());
        try (var model = store.open(DIGITS).orElseThrow()) {
            assertEquals("model: m/x.onnx", Files.readString(model.folder().resolve("GPUXfile")));
            assertEquals("weights", Files.readString(model.file(new BundlePath("m/x.onnx"))));
        }
    }

    @Test
    void aFileIsCopiedNotTaken() throws IOException {
        var file = Files.writeString(folder.resolve("model.onnx"), "weights");
        try (var staging = store.stage()) {
            var entry = staging.add(new BundlePath("model.onnx"), file);
            staging.commit(Map.of(DIGITS, new Manifest(List.of(entry))));
        }
        Files.writeString(file, "changed");
        try (var model = store.open(DIGITS).orElseThrow()) {
            assertEquals("weights", Files.readString(model.folder().resolve("model.onnx")));
        }
    }

    @Test
    void sameContentIsKeptOnce() throws IOException {
        var one = put(store, DIGITS, "a", "same", "b", "same", "c", "other");
        assertEquals(3, count(store.home().resolve("blobs")), "two contents and a manifest");
        var again = put(store, OTHER, "c", "other", "b", "same", "a", "same");
        assertEquals(one.digest(), again.digest());
        assertEquals(1, count(store.home().resolve("bundles")));
        assertNotEquals(one.digest(), put(store, OTHER, "c", "other", "b", "same", "d", "same").digest());
        assertEquals(4, count(store.home().resolve("blobs")), "one manifest more");
    }

    @Test
    void aNameMovesOnAndWhatItLeftIsCollected() throws IOException {
        var old = put(store, DIGITS, "a", "old", "shared", "both");
        put(store, DIGITS, "a", "new", "shared", "both");
        assertTrue(store.manifest(old.digest()).isEmpty());
        assertEquals(3, count(store.home().resolve("blobs")));
        assertEquals(1, count(store.home().resolve("bundles")));
        try (var model = store.open(DIGITS).orElseThrow()) {
            assertEquals("new", Files.readString(model.folder().resolve("a")));
        }
    }

    @Test
    void removalFreesWhatNothingElseNeeds() throws IOException {
        put(store, DIGITS, "a", "mine", "shared", "both");
        put(store, OTHER, "b", "theirs", "shared", "both");
        var collected = store.remove(List.of(DIGITS));
        assertEquals(1, collected.bundles());
        assertEquals(0, collected.inUse());
        assertTrue(store.open(DIGITS).isEmpty());
        try (var model = store.open(OTHER).orElseThrow()) {
            assertEquals("both", Files.readString(model.folder().resolve("shared")));
        }
        store.remove(List.of(OTHER));
        for (var part : List.of("blobs", "bundles", "tags", "tmp")) {
            assertEquals(0, count(store.home().resolve(part)), part);
        }
    }

    @Test
    void anotherNameKeepsTheBundle() throws IOException {
        var manifest = put(store, DIGITS, "a", "mine");
        store.tag(DIGITS, OTHER);
        store.remove(List.of(DIGITS));
        assertEquals(manifest.digest(), store.find(OTHER).orElseThrow().bundle());
        assertThrows(StoreException.class, () -> store.tag(DIGITS, OTHER));
    }

    @Test
    void removingAnUnknownNameRemovesNothing() throws IOException {
        put(store, DIGITS, "a", "mine");
        assertThrows(StoreException.class, () -> store.remove(List.of(DIGITS, OTHER)));
        assertTrue(store.find(DIGITS).isPresent());
    }

    @Test
    void aModelInUseKeepsItsFilesUntilItIsClosed() throws IOException {
        put(store, DIGITS, "a", "mine");
        var first = store.open(DIGITS).orElseThrow();
        var second = store.open(DIGITS).orElseThrow();
        assertEquals(1, store.remove(List.of(DIGITS)).inUse());
        assertEquals(List.of(), store.list());
        first.close();
        first.close();
        store.remove(List.of());
        assertEquals("mine", Files.readString(second.folder().resolve("a")));
        second.close();
        assertEquals(1, store.remove(List.of()).bundles());
        assertFalse(Files.exists(second.folder()));
        assertEquals(0, count(store.home().resolve("blobs")));
    }

    @Test
    void whatIsNotCommittedIsNeverSeen() throws IOException {
        try (var staging = store.stage()) {
            staging.add(new BundlePath("a"), "mine".getBytes());
            assertEquals(0, count(store.home().resolve("blobs")));
            store.remove(List.of());
            assertTrue(Files.exists(staging.folder()), "collected under the hands of its owner");
        }
        assertEquals(List.of(), store.list());
        assertEquals(0, count(store.home().resolve("tmp")));
    }

    @Test
    void anInterruptedDownloadIsFoundAgain() throws IOException {
        try (var staging = store.stage("https://example.org/model.onnx")) {
            Files.writeString(staging.folder().resolve("half"), "ha");
        }
        put(store, OTHER, "a", "something else in between");
        try (var staging = store.stage("https://example.org/model.onnx");
             var other = store.stage("https://example.org/model.onnx")) {
            assertEquals("ha", Files.readString(staging.folder().resolve("half")));
            assertFalse(Files.exists(other.folder().resolve("half")), "two at once share nothing");
        }
        store.remove(List.of());
        assertEquals(0, count(store.home().resolve("tmp")));
    }

    @Test
    void whatDeadProcessesLeftIsRemoved() throws IOException {
        put(store, DIGITS, "a", "mine");
        Files.writeString(Files.createDirectories(store.home().resolve("tmp/stage-0011")).resolve("content"), "half");
        Files.writeString(store.home().resolve("blobs").resolve("0".repeat(64)), "no name leads here");
        Files.createDirectories(store.home().resolve("bundles").resolve("1".repeat(64)));
        assertEquals(22, store.remove(List.of()).bytes());
        assertEquals(0, count(store.home().resolve("tmp")));
        assertEquals(2, count(store.home().resolve("blobs")));
        assertEquals(1, count(store.home().resolve("bundles")));
    }

    @Test
    void aDamagedNameIsReportedAndCanBeRemoved() throws IOException {
        put(store, DIGITS, "a", "mine");
        put(store, OTHER, "a", "mine");
        Files.writeString(store.home().resolve("tags/digits/1.0"), "");
        assertEquals(List.of(OTHER), store.list().stream().map(Tagged::name).toList());
        assertEquals(List.of(DIGITS), store.damaged());
        assertThrows(StoreException.class, () -> store.open(DIGITS));
        store.remove(List.of(DIGITS));
        assertEquals(List.of(), store.damaged());
        assertTrue(store.open(OTHER).isPresent());
    }

    @Test
    void damagedFilesAreReportedAndHealedByPuttingThemInAgain() throws IOException {
        var manifest = put(store, DIGITS, "a", "mine");
        var content = store.home().resolve("blobs").resolve(manifest.files().getFirst().digest().hex());
        Files.delete(content);
        Files.writeString(content, "mi");
        var link = store.home().resolve("bundles").resolve(manifest.digest().hex()).resolve("a");
        Files.delete(link);
        Files.writeString(link, "mi");
        var error = assertThrows(StoreException.class, () -> store.open(DIGITS));
        assertTrue(error.getMessage().contains("digits:1.0") && error.getMessage().contains("2 bytes, expected 4"),
            error.getMessage());
        assertFalse(store.isComplete(manifest.digest()));
        put(store, DIGITS, "a", "mine");
        assertTrue(store.isComplete(manifest.digest()));
        try (var model = store.open(DIGITS).orElseThrow()) {
            assertEquals("mine", Files.readString(model.folder().resolve("a")));
        }
    }

    @Test
    void aDamagedManifestStopsTheCollectionBeforeAnythingIsLost() throws IOException {
        var manifest = put(store, DIGITS, "a", "mine");
        put(store, OTHER, "b", "theirs");
        var file = store.home().resolve("blobs").resolve(manifest.digest().hex());
        Files.delete(file);
        Files.writeString(file, "gpux bundle 1\n");
        assertThrows(StoreException.class, () -> store.remove(List.of(OTHER)));
        assertTrue(Files.exists(store.home().resolve("blobs")
            .resolve(manifest.files().getFirst().digest().hex())));
        put(store, DIGITS, "a", "mine");
        assertTrue(store.open(DIGITS).isPresent());
    }

    @Test
    void aSourceLeadsToItsModelWhileTheBundleIsThere() throws IOException {
        try (var staging = store.stage()) {
            var model = staging.add(new BundlePath("onnx/model.onnx"), "weights".getBytes());
            var manifest = new Manifest(List.of(model));
            staging.pulledFrom("hf://a/b/onnx/model.onnx", manifest, model.path());
            staging.commit(Map.of(DIGITS, manifest));
        }
        assertEquals("weights", Files.readString(store.openSource("hf://a/b/onnx/model.onnx").orElseThrow()));
        assertTrue(store.openSource("hf://a/b/onnx/other.onnx").isEmpty());
    }

    @Test
    void aStoreOfANewerVersionIsLeftAlone() throws IOException {
        put(store, DIGITS, "a", "mine");
        Files.writeString(store.home().resolve("format"), "gpux store 2\n");
        assertThrows(StoreException.class, () -> Store.at(store.home()));
    }

    @Test
    void aFileIsNoStore() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "x");
        var error = assertThrows(StoreException.class, () -> Store.at(file));
        assertEquals("the store " + file + " is no folder; set GPUX_HOME to one", error.getMessage());
    }

    /** A link to itself stands for what this user may not look into, which root may. */
    @Test
    void aNameThatCannotBeReadIsNotAMissingOne() throws IOException {
        put(store, DIGITS, "a", "mine");
        var tag = store.home().resolve("tags").resolve("digits").resolve("1.0");
        Files.delete(tag);
        try {
            Files.createSymbolicLink(tag, tag);
        } catch (UnsupportedOperationException | IOException e) {
            assumeTrue(false, "needs symbolic links: " + e);
        }
        assertThrows(IOException.class, () -> store.open(DIGITS));
    }

    @Test
    void aContentRemovedMeanwhileIsStillThere() throws IOException {
        put(store, DIGITS, "a", "mine");
        var file = Files.writeString(folder.resolve("a"), "mine");
        try (var staging = store.stage()) {
            var entry = staging.add(new BundlePath("a"), file);
            store.remove(List.of(DIGITS));
            Files.writeString(file, "hers");
            staging.commit(Map.of(OTHER, new Manifest(List.of(entry))));
        }
        try (var model = store.open(OTHER).orElseThrow()) {
            assertEquals("mine", Files.readString(model.folder().resolve("a")));
        }
    }
}
