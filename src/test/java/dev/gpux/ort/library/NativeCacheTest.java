package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {
    private static final byte[] CORE = {1, 2, 3, 4};
    private static final byte[] PROVIDER = {5, 6};

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();
    private Path cache;
    private Path temporary;

    @BeforeEach
    void folders() throws IOException {
        cache = folder.resolve("cache");
        temporary = Files.createDirectory(folder.resolve("tmp"));
    }

    @Test
    void whatWasUnpackedOnceIsFoundAgain() throws IOException {
        assertEquals(Optional.empty(), cache().find("key"));

        Path library = cache().unpack("key", NativeCacheTest::twoFiles);

        assertEquals(Optional.of(library), cache().find("key"));
        assertEquals(Optional.empty(), cache().find("another key"));
        assertArrayEquals(CORE, Files.readAllBytes(library));
        assertArrayEquals(PROVIDER, Files.readAllBytes(library.resolveSibling("libonnxruntime_providers_x.so")));
        assertEquals(List.of(), warnings);
        assertEquals(List.of("index", library.getParent().getFileName().toString()).stream().sorted().toList(),
                Natives.names(cache.resolve("native")));
    }

    @Test
    void aSecondKeyFindsTheSameLibrary() throws IOException {
        Path library = cache().unpack("key", NativeCacheTest::twoFiles);

        cache().alsoFind("key", "program");
        cache().alsoFind("no such key", "other");

        assertEquals(Optional.of(library), cache().find("program"));
        assertEquals(Optional.empty(), cache().find("other"));
        assertEquals(List.of(), warnings);
    }

    @Test
    void sameContentFromTwoArchivesIsThereOnce() throws IOException {
        Path first = cache().unpack("first.jar", NativeCacheTest::twoFiles);
        Path second = cache().unpack("second.jar", NativeCacheTest::twoFiles);
        Path other = cache().unpack("third.jar", unpacked -> {
            unpacked.add("libonnxruntime.so", 4, new ByteArrayInputStream(CORE), "x");
            return "libonnxruntime.so";
        });
        assertEquals(first, second);
        assertFalse(other.equals(first), "a folder's name depends on all files in it");
    }

    @Test
    void nobodyElseCanReadOrWriteIt() throws IOException {
        assumeTrue(Natives.HERE.os() != Platform.Os.WINDOWS, "POSIX permissions");
        Path library = cache().unpack("key", NativeCacheTest::twoFiles);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(library)));
        for (Path parent = library.getParent(); !parent.equals(folder); parent = parent.getParent()) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(parent)));
        }
    }

    @Test
    void aFileThatLostItsEndIsUnpackedAgain() throws IOException {
        Path library = cache().unpack("key", NativeCacheTest::twoFiles);
        Path provider = library.resolveSibling("libonnxruntime_providers_x.so");
        for (Path file : List.of(library, provider)) {
            Files.write(file, new byte[0]);
            assertEquals(Optional.empty(), cache().find("key"), file.toString());

            assertEquals(library, cache().unpack("key", NativeCacheTest::twoFiles));

            assertEquals(Optional.of(library), cache().find("key"));
            assertArrayEquals(CORE, Files.readAllBytes(library));
            assertArrayEquals(PROVIDER, Files.readAllBytes(provider));
        }
        assertEquals(2, Natives.names(cache.resolve("native")).size(), "nothing is left of the damaged folders");
    }

    @Test
    void aDamagedIndexIsNotBelieved() throws IOException {
        Path library = cache().unpack("key", NativeCacheTest::twoFiles);
        Path index = cache.resolve("native/index").resolve(IndexEntry.fileName("key"));
        String good = Files.readString(index);
        for (String bad : List.of("", "x", good.substring(0, 30), good.replace("key", "kex"),
                good.replace("4 lib", "many lib"), good.replace("gpux-native 1", "gpux-native 2"))) {
            Files.writeString(index, bad);
            assertEquals(Optional.empty(), cache().find("key"), bad);
        }
        Files.writeString(index, good);
        assertEquals(Optional.of(library), cache().find("key"));
    }

    @Test
    void leftoversOfACrashGoWhenTheyAreOld() throws IOException {
        Path root = cache.resolve("native");
        Path old = root.resolve("unpacking-old");
        Path young = root.resolve("unpacking-young");
        Natives.write(old.resolve("libonnxruntime.so"), CORE);
        Natives.write(young.resolve("libonnxruntime.so"), CORE);
        FileTime yesterday = FileTime.from(Instant.now().minusSeconds(86_400));
        Files.setLastModifiedTime(old.resolve("libonnxruntime.so"), yesterday);
        Files.setLastModifiedTime(old, yesterday);
        Files.setLastModifiedTime(young, yesterday);

        cache().unpack("key", NativeCacheTest::twoFiles);

        assertFalse(Files.exists(old));
        assertTrue(Files.exists(young), "somebody wrote to a file in it lately");
    }

    @Test
    void aCacheThatCannotBeWrittenIsReplacedByATemporaryFolderAndSaid() throws IOException {
        Files.write(cache, new byte[] {1});

        Path library = cache().unpack("key", NativeCacheTest::twoFiles);

        assertTrue(library.startsWith(temporary), library.toString());
        assertArrayEquals(CORE, Files.readAllBytes(library));
        assertTrue(Files.exists(library.resolveSibling("libonnxruntime_providers_x.so")));
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains(cache.toString()) && warnings.getFirst().contains("GPUX_CACHE"),
                warnings.getFirst());
    }

    @Test
    void aCacheThatOthersCanWriteToIsNotUsed() throws IOException {
        assumeTrue(Natives.HERE.os() != Platform.Os.WINDOWS, "POSIX permissions");
        Path library = cache().unpack("key", NativeCacheTest::twoFiles);
        Files.setPosixFilePermissions(cache.resolve("native"), PosixFilePermissions.fromString("rwxrwxrwx"));

        assertEquals(Optional.empty(), cache().find("key"));
        Path other = cache().unpack("key", NativeCacheTest::twoFiles);

        assertFalse(other.startsWith(cache), other.toString());
        assertTrue(warnings.getFirst().contains("others may write"), warnings.toString());
        assertTrue(Files.exists(library));
    }

    @Test
    void whereNothingCanBeWrittenTheErrorNamesBothPlaces() throws IOException {
        Files.write(cache, new byte[] {1});
        Files.delete(temporary);

        var e = assertThrows(LibraryException.class, () -> cache().unpack("key", NativeCacheTest::twoFiles));

        assertEquals(LibraryException.Kind.UNPACK_FAILED, e.kind());
        assertTrue(e.getMessage().contains(cache.toString()) && e.getMessage().contains(temporary.toString())
                && e.getMessage().contains("GPUX_CACHE"), e.getMessage());
        assertEquals(List.of(), warnings);
    }

    @Test
    void aDamagedArchiveLeavesNothingAndIsNotTriedElsewhere() throws IOException {
        var attempts = new ArrayList<String>();
        var e = assertThrows(LibraryException.class, () -> cache().unpack("key", unpacked -> {
            attempts.add("x");
            unpacked.add("libonnxruntime.so", 5, new ByteArrayInputStream(CORE), "a.jar: libonnxruntime.so");
            return "libonnxruntime.so";
        }));

        assertEquals(LibraryException.Kind.UNPACK_FAILED, e.kind());
        assertTrue(e.getMessage().contains("a.jar") && e.getMessage().contains("only 4"), e.getMessage());
        assertEquals(1, attempts.size());
        assertEquals(List.of(), Natives.names(cache.resolve("native")));
        assertEquals(List.of(), Natives.names(temporary));
    }

    @Test
    void namesThatAreNotPlainAndDuplicatesAreRefused() throws IOException {
        var unpacked = new UnpackedFolder(temporary);
        unpacked.add("a.so", 2, new ByteArrayInputStream(PROVIDER), "x");
        for (String name : List.of("../a.so", "a/b.so", "a\\b.so", "c:a.so", "", ".so", "a\u0000b.so", "a.so")) {
            var e = assertThrows(LibraryException.class,
                    () -> unpacked.add(name, 2, new ByteArrayInputStream(PROVIDER), "archive"), name);
            assertEquals(LibraryException.Kind.UNPACK_FAILED, e.kind());
        }
        assertEquals(List.of("a.so"), Natives.names(temporary));
    }

    private NativeCache cache() {
        return new NativeCache(cache, temporary, warnings::add);
    }

    private static String twoFiles(UnpackedFolder unpacked) throws IOException {
        unpacked.add("libonnxruntime_providers_x.so", 2, new ByteArrayInputStream(PROVIDER), "x");
        unpacked.add("libonnxruntime.so", 4, new ByteArrayInputStream(CORE), "x");
        return "libonnxruntime.so";
    }
}
