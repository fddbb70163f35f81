package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarArchiveTest {
    private static final String LONG = "a-folder-with-a-name/".repeat(12);

    @TempDir
    Path folder;

    /** Archives that the system's own {@code tar} made, in each of its formats. */
    @ParameterizedTest
    @ValueSource(strings = {"v7", "ustar", "gnu", "pax"})
    void readsWhatTarWrites(String format) throws Exception {
        assumeTrue(Natives.HERE.os() == Platform.Os.LINUX, "needs GNU tar");
        byte[] content = Natives.smallLibrary();
        Path lib = folder.resolve("release/lib");
        Natives.write(lib.resolve("libonnxruntime.so.1.29.0"), content);
        Natives.write(lib.resolve("empty"), new byte[0]);
        Natives.write(lib.resolve("block"), Arrays.copyOf(content, 512));
        Files.createSymbolicLink(lib.resolve("libonnxruntime.so"), Path.of("libonnxruntime.so.1.29.0"));
        boolean longNames = format.equals("gnu") || format.equals("pax");
        if (longNames) {
            Natives.write(folder.resolve("release").resolve(LONG + "naïve"), new byte[] {1, 2, 3});
        }
        Natives.run(folder, "tar", "--format=" + format, "-czf", "a.tgz", "release");
        Natives.run(folder, "tar", "--format=" + format, "-cf", "a.tar", "release");

        for (TarArchive archive : new TarArchive[] {new TarArchive(folder.resolve("a.tgz"), true),
            new TarArchive(folder.resolve("a.tar"), false)}) {
            Map<String, byte[]> members = read(archive);
            assertArrayEquals(content, members.remove("release/lib/libonnxruntime.so.1.29.0"));
            assertArrayEquals(new byte[0], members.remove("release/lib/empty"));
            assertArrayEquals(Arrays.copyOf(content, 512), members.remove("release/lib/block"));
            if (longNames) {
                assertArrayEquals(new byte[] {1, 2, 3}, members.remove("release/" + LONG + "naïve"));
            }
            assertEquals(Map.of(), members, "links and folders are not shown");
        }
    }

    @Test
    void aMemberThatIsNotReadIsSkipped() throws Exception {
        Path tar = write(entry("a", 700, 'x'), entry("b", 3, 'y'), new byte[1024]);
        var names = new StringBuilder();
        new TarArchive(tar, false).visit(member -> names.append(member.path()).append(member.size()).append(' '));
        assertEquals("a700 b3 ", names.toString());
    }

    @Test
    void namesThatLeadElsewhereAreNeverFollowed() throws Exception {
        byte[] library = Natives.smallLibrary();
        Path tar = write(header("../../../libonnxruntime.so", library.length, '0'), padded(library), new byte[1024]);
        Path target = Files.createDirectory(folder.resolve("target"));
        var unpacked = new UnpackedFolder(target);

        String name = new TarArchive(tar, false).unpack(path -> true, Natives.HERE, "--ort", unpacked);

        assertEquals("libonnxruntime.so", name);
        assertEquals(List.of("libonnxruntime.so"), Natives.names(target));
    }

    /** A megabyte of an archive can hold a gigabyte of zeros, any number of times. */
    @Test
    void whatNoLibraryIsAsLargeAsIsNotUnpacked() throws Exception {
        Path target = Files.createDirectory(folder.resolve("target"));
        var unpacked = new UnpackedFolder(target);
        unpacked.add("a.so", 1, new ByteArrayInputStream(new byte[1]), "here");
        for (long size : new long[] {8L << 30, Long.MAX_VALUE}) {
            var e = assertThrows(LibraryException.class,
                () -> unpacked.add("b.so", size, InputStream.nullInputStream(), "here"));
            assertTrue(e.getMessage().contains("more than 8589934592 bytes"), e::getMessage);
        }
        assertEquals(List.of("a.so"), Natives.names(target));
    }

    /** {@code /proc} is a disk without room: what does not fit is not begun, whatever the disk would say to it. */
    @Test
    void whatTheDiskCannotHoldIsNotUnpacked() throws Exception {
        Path full = Path.of("/proc");
        assumeTrue(Natives.HERE.os() == Platform.Os.LINUX && Files.getFileStore(full).getUsableSpace() == 0,
            "needs Linux' /proc");
        var e = assertThrows(IOException.class,
            () -> new UnpackedFolder(full).add("a.so", 1, new ByteArrayInputStream(new byte[1]), "here"));
        assertEquals("it takes 1 bytes, more than the disk has left", e.getMessage());
    }

    @Test
    void damageIsAnErrorThatNamesTheArchive() throws Exception {
        byte[] good = bytes(entry("lib/libonnxruntime.so", 2000, 'x'), new byte[1024]);
        byte[] wrongSum = good.clone();
        wrongSum[0] ^= 1;
        assertDamaged(wrongSum, "checksum");
        assertDamaged(Arrays.copyOf(good, 700), "cut off");
        assertDamaged(bytes(entry("a", 3, 'x'), new byte[] {1, 2, 3}), "middle of a header");
        assertDamaged(bytes(header("x", 1 << 20, 'L'), new byte[1024]), "too long");
        assertDamaged(bytes(header("x", 5, 'x'), padded("99 pa".getBytes(StandardCharsets.UTF_8))), "no sense");
        assertDamaged(bytes(header("x", 1L << 62, '0')), "claims");
        assertDamaged(bytes(header("x", 11, 'x'), padded("11 size=-1\n".getBytes(StandardCharsets.UTF_8)),
                header("y", 1, '0')), "no sense");
    }

    /** The checksum of gzip is at the end, behind all that is of interest. */
    @Test
    void aFlippedBitInACompressedArchiveIsNoticed() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes(entry("a", 5000, 'x'), new byte[10_240]));
        }
        byte[] bytes = packed.toByteArray();
        bytes[bytes.length - 6] ^= 1;
        Path tgz = Files.write(folder.resolve("flipped.tgz"), bytes);
        var e = assertThrows(LibraryException.class, () -> read(new TarArchive(tgz, true)));
        assertEquals(LibraryException.Kind.UNPACK_FAILED, e.kind());
        Path cut = Files.write(folder.resolve("cut.tgz"), Arrays.copyOf(bytes, bytes.length / 2));
        assertThrows(LibraryException.class, () -> read(new TarArchive(cut, true)));
    }

    /** Whatever is in the file: members, or a {@link LibraryException}. */
    @Test
    void hostileBytesGiveAnAnswer() throws Exception {
        byte[] good = bytes(header("x", 22, 'x'), padded("22 path=some/long/path\n".getBytes(StandardCharsets.UTF_8)),
                entry("a", 600, 'x'), header("l", 20, 'L'), padded(new byte[20]), entry("b", 10, 'y'), new byte[1024]);
        var random = new Random(11);
        int answers = 0;
        for (int round = 0; round < 1000; round++) {
            byte[] bad = Arrays.copyOf(good, good.length - random.nextInt(3) * random.nextInt(1500));
            int block = random.nextInt(bad.length / 512) * 512;
            for (int i = 0; i < 3; i++) {
                bad[block + random.nextInt(512)] = (byte) random.nextInt();
            }
            checksum(bad, block);
            // A new file each time: to overwrite one makes some file systems wait for the disk.
            Path tar = Files.write(folder.resolve("bad" + round + ".tar"), bad);
            try {
                answers += read(new TarArchive(tar, false)).size();
            } catch (LibraryException e) {
                assertTrue(e.getMessage().contains(tar.toString()), e.getMessage());
            }
        }
        assertTrue(answers > 0);
    }

    private void assertDamaged(byte[] tar, String word) throws IOException {
        Path file = Files.write(folder.resolve("damaged.tar"), tar);
        var e = assertThrows(LibraryException.class, () -> read(new TarArchive(file, false)));
        assertEquals(LibraryException.Kind.UNPACK_FAILED, e.kind());
        assertTrue(e.getMessage().contains(word) && e.getMessage().contains("damaged.tar"), e.getMessage());
    }

    private static Map<String, byte[]> read(TarArchive archive) throws IOException {
        var members = new LinkedHashMap<String, byte[]>();
        archive.visit(member -> {
            try (InputStream in = member.open()) {
                members.put(member.path(), in.readAllBytes());
            } catch (IOException e) {
                throw UnpackedFolder.damaged(archive.name(), e.getMessage(), e);
            }
        });
        return members;
    }

    private Path write(byte[]... parts) throws IOException {
        return Files.write(folder.resolve("made.tar"), bytes(parts));
    }

    private static byte[] entry(String name, int size, char content) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) content);
        return bytes(header(name, size, '0'), padded(bytes));
    }

    private static byte[] header(String name, long size, char type) {
        byte[] header = new byte[512];
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(path, 0, header, 0, path.length);
        for (int i = 0; i < 8; i++) {
            header[128 + i] = (byte) (size >>> 56 - 8 * i);
        }
        header[124] = (byte) 0x80;
        header[156] = (byte) type;
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, header, 257, 5);
        checksum(header, 0);
        return header;
    }

    private static void checksum(byte[] bytes, int at) {
        int sum = 8 * ' ';
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? 0 : bytes[at + i] & 0xFF;
        }
        byte[] digits = String.format("%06o", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, at + 148, 6);
        bytes[at + 154] = 0;
        bytes[at + 155] = ' ';
    }

    private static byte[] padded(byte[] content) {
        return Arrays.copyOf(content, (content.length + 511) / 512 * 512);
    }

    private static byte[] bytes(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
