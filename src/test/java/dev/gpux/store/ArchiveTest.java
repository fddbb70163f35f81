package dev.gpux.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An archive brings models to another store, and nothing else: it is the one file here that strangers hand over. */
class ArchiveTest {
    private static final ModelName ONE = StoreTest.name("one:1.0");
    private static final ModelName TWO = StoreTest.name("two");
    /** The largest that a manifest can say. */
    private static final long HUGE = 999_999_999_999_999_999L;

    @TempDir
    private Path folder;
    private Store from;
    private Store to;

    @BeforeEach
    void stores() throws IOException {
        from = Store.at(folder.resolve("from"));
        to = Store.at(folder.resolve("to"));
        StoreTest.put(from, ONE, "GPUXfile", "model: m.onnx", "m.onnx", "weights", "empty", "");
        StoreTest.put(from, TWO, "GPUXfile", "model: n.onnx", "n.onnx", "weights", "data/more", "x".repeat(1000));
    }

    private byte[] save(ModelName... names) throws IOException {
        var out = new ByteArrayOutputStream();
        Archive.save(from, List.of(names), out);
        return out.toByteArray();
    }

    private List<Tagged> load(byte[] archive) throws IOException {
        return Archive.load(to, new ByteArrayInputStream(archive), archive.length);
    }

    private void refused(String why, byte[] archive) throws IOException {
        var error = assertThrows(StoreException.class, () -> load(archive));
        assertTrue(error.getMessage().contains(why), error.getMessage());
        assertNothingIsThere();
    }

    private void assertNothingIsThere() throws IOException {
        assertEquals(List.of(), to.list());
        for (var part : List.of("blobs", "bundles", "tags", "tmp")) {
            assertEquals(List.of(), Disk.list(to.home().resolve(part)), part);
        }
        assertEquals(List.of(folder.resolve("from"), folder.resolve("to")),
            Disk.list(folder).stream().filter(Files::isDirectory).sorted().toList());
    }

    @Test
    void anotherMachineHasTheSameModels() throws IOException {
        var loaded = load(save(ONE, TWO));
        assertEquals(List.of(ONE, TWO), loaded.stream().map(Tagged::name).toList());
        for (var name : List.of(ONE, TWO)) {
            assertEquals(from.find(name).orElseThrow().bundle(), to.find(name).orElseThrow().bundle());
            try (var model = to.open(name).orElseThrow()) {
                for (var file : model.manifest().files()) {
                    assertEquals(file.digest(), Digest.ofFile(model.file(file.path())), file.path().text());
                }
            }
        }
        assertArrayEquals(save(TWO, ONE), save(ONE, TWO, ONE));
    }

    @Test
    void aStreamOfUnknownLengthWillDo() throws IOException {
        var archive = save(ONE);
        assertEquals(1, Archive.load(to, new ByteArrayInputStream(archive), Long.MAX_VALUE).size());
        assertEquals(1, load(archive).size(), "again");
    }

    @Test
    void tarUnderstandsIt() throws IOException, InterruptedException {
        var archive = Files.write(folder.resolve("models.tar"), save(ONE, TWO));
        var tar = new ProcessBuilder("tar", "tvf", archive.toString()).redirectErrorStream(true).start();
        var listing = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, tar.waitFor(), listing);
        assertEquals(8, listing.lines().count(), "the list, 2 manifests, 5 contents\n" + listing);
        assertTrue(listing.lines().allMatch(line -> line.startsWith("-rw-r--r--")), listing);
    }

    @Test
    void anUnknownNameIsNotSaved() {
        assertThrows(StoreException.class, () -> save(ONE, StoreTest.name("three")));
    }

    @Test
    void everyCutIsNoticed() throws IOException {
        var archive = save(ONE);
        for (int length = 0; length < archive.length; length += 97) {
            var cut = Arrays.copyOf(archive, length);
            assertThrows(StoreException.class, () -> load(cut), "cut at " + length);
        }
        assertNothingIsThere();
    }

    @Test
    void everyChangeIsNoticedOrDoesNotMatter() throws IOException {
        var archive = save(ONE);
        var bundle = from.find(ONE).orElseThrow().bundle();
        var random = new Random(7);
        for (int i = 0; i < 400; i++) {
            var changed = archive.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                var loaded = load(changed);
                assertTrue(loaded.stream().allMatch(tagged -> tagged.bundle().equals(bundle)));
                to.remove(loaded.stream().map(Tagged::name).toList());
            } catch (StoreException e) {
                // Noticed.
            }
        }
        assertNothingIsThere();
    }

    /** An archive of the given files, as pairs of name and content. */
    private static byte[] tar(String... files) throws IOException {
        var out = new ByteArrayOutputStream();
        var tar = new TarWriter(out);
        for (int i = 0; i < files.length; i += 2) {
            tar.file(files[i], files[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        tar.end();
        return out.toByteArray();
    }

    private static String blob(String content) {
        return "blobs/" + Digest.of(content.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static String digest(String content) {
        return Digest.of(content.getBytes(StandardCharsets.UTF_8)).toString();
    }

    @Test
    void whatWasNotSaidIsRefused() throws IOException {
        var manifest = "gpux bundle 1\n" + digest("w") + " 1 m\n";
        var index = "gpux archive 1\n" + digest(manifest) + " one:1\n";
        refused("holds more", tar("gpux-archive", index, blob(manifest), manifest, blob("w"), "w", "../evil", "x"));
        refused("found ../../evil", tar("gpux-archive", index, blob(manifest), manifest, "../../evil", "w"));
        refused("found /etc/evil", tar("gpux-archive", index, "/etc/evil", manifest));
        refused("found its end", tar("gpux-archive", index, blob(manifest), manifest));
        refused("found " + blob("w"), tar(blob("w"), "w"));
        refused("not what its name says", tar("gpux-archive", index, blob(manifest), manifest, blob("w"), "v"));
        refused("not what its name says", tar("gpux-archive", index, blob(manifest), manifest.replace(" m", " n")));
    }

    @Test
    void aManifestThatLeadsOutIsRefused() throws IOException {
        for (var path : List.of("../evil", "/tmp/evil", "a/../../evil", "C:\\evil", "a\0b", "nul")) {
            var manifest = "gpux bundle 1\n" + digest("w") + " 1 " + path + "\n";
            var index = "gpux archive 1\n" + digest(manifest) + " one:1\n";
            refused("cannot be in a bundle", tar("gpux-archive", index, blob(manifest), manifest, blob("w"), "w"));
        }
    }

    @Test
    void aNameThatLeadsOutIsRefused() throws IOException {
        var manifest = "gpux bundle 1\n" + digest("w") + " 1 m\n";
        for (var name : List.of("../evil:1", "one:../../evil", ".hidden:1", "a/b:1", "one:1\0", "")) {
            refused("list of the archive is broken",
                tar("gpux-archive", "gpux archive 1\n" + digest(manifest) + " " + name + "\n"));
        }
    }

    @Test
    void sizesThatAreNotTrueDoNotFillTheDisk() throws IOException {
        var manifest = "gpux bundle 1\n" + digest("w") + " 99999999999 m\n" + digest("v") + " 1 n\n";
        var index = "gpux archive 1\n" + digest(manifest) + " one:1\n";
        refused("hold more bytes than it has", tar("gpux-archive", index, blob(manifest), manifest, blob("w"), "w"));
        var one = "gpux bundle 1\n" + digest("w") + " 1 m\n";
        var two = "gpux bundle 1\n" + digest("w") + " 2 m\n";
        var first = digest(one).compareTo(digest(two)) < 0 ? one : two;
        var second = first.equals(one) ? two : one;
        refused("two sizes", tar("gpux-archive", "gpux archive 1\n" + digest(one) + " one:1\n" + digest(two) + " two:1\n",
            blob(first), first, blob(second), second));
        refused("expected at most", tar("gpux-archive", "x".repeat(2 << 20)));
    }

    /** Where nobody knows the archive's length, what it says of its contents must fit the disk. */
    @Test
    void whatTheDiskCannotHoldIsNotBegun() throws IOException {
        var manifest = "gpux bundle 1\n" + digest("w") + " " + HUGE + " m\n";
        var index = "gpux archive 1\n" + digest(manifest) + " one:1\n";
        var archive = tar("gpux-archive", index, blob(manifest), manifest, blob("w"), "w");
        var error = assertThrows(IOException.class,
            () -> Archive.load(to, new ByteArrayInputStream(archive), Long.MAX_VALUE));
        assertTrue(error.getMessage().startsWith("the models need " + HUGE + " bytes, the store's disk has "),
            error::getMessage);
        assertNothingIsThere();
    }

    @Test
    void linksAndFoldersAreRefused() throws IOException {
        for (char type : new char[] {'1', '2', '3', '4', '5', '6', 'x', 'g', 'L', 'K', 'S', 0}) {
            var archive = tar("gpux-archive", "gpux archive 1\n");
            archive[TarWriter.TYPE_AT] = (byte) type;
            var header = Arrays.copyOf(archive, TarWriter.BLOCK);
            long sum = TarWriter.checksum(header);
            var digits = String.format("%06o", sum).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(digits, 0, archive, TarWriter.CHECKSUM_AT, digits.length);
            archive[TarWriter.CHECKSUM_AT + 6] = 0;
            refused("something else than a plain file", archive);
        }
    }

    @Test
    void sizesBeyondEightGibibytesComeBack() throws IOException {
        for (long size : new long[] {(1L << 33) - 1, 1L << 33, 123_456_789_012L, 1L << 53}) {
            var out = new ByteArrayOutputStream();
            assertThrows(IOException.class, () -> new TarWriter(out).file("big", size, new ByteArrayInputStream(new byte[0])));
            var member = new TarReader(new ByteArrayInputStream(out.toByteArray())).next().orElseThrow();
            assertEquals(new TarReader.Member("big", size), member);
        }
    }

    @Test
    void aLoadReplacesWhatANameStoodFor() throws IOException {
        StoreTest.put(to, ONE, "a", "mine");
        load(save(ONE));
        try (var model = to.open(ONE).orElseThrow()) {
            assertEquals("weights", Files.readString(model.folder().resolve("m.onnx")));
        }
        assertEquals(Map.of(ONE, from.find(ONE).orElseThrow().bundle()),
            Map.of(ONE, to.list().getFirst().bundle()));
    }
}
