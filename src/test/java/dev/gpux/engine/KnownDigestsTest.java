package dev.gpux.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Java cannot tell there when a file's status changed")
class KnownDigestsTest {
    @TempDir
    private Path folder;

    private Path file;
    private int computed;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("model.onnx"), "one");
    }

    private String digest(Duration settled) {
        return new KnownDigests(folder.resolve("digests"), settled).of(file, path -> {
            computed++;
            return ModelFile.sha256(path);
        });
    }

    private String digest() {
        // So that the file's time is before now.
        return digest(Duration.ZERO);
    }

    /** What of the file was hashed, in hexadecimal digits, by sha256sum. */
    private static final String ONE = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
    private static final String TWO = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";

    @Test
    void isComputedOnce() {
        assertEquals(ONE, digest());
        assertEquals(ONE, digest());
        assertEquals(1, computed);
    }

    @Test
    void aChangeThatKeepsSizeAndTimeIsSeen() throws IOException {
        var time = Files.getLastModifiedTime(file);
        var changed = Files.getAttribute(file, "unix:ctime");
        assertEquals(ONE, digest());
        // Many systems have the same time for some milliseconds.
        while (Files.getAttribute(file, "unix:ctime").equals(changed)) {
            Files.writeString(file, "two");
            Files.setLastModifiedTime(file, time);
        }
        assertEquals(TWO, digest());
        assertEquals(2, computed);
    }

    @Test
    void anotherFileInItsPlaceIsSeen() throws IOException {
        assertEquals(ONE, digest());
        var other = Files.writeString(folder.resolve("other"), "two");
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertEquals(TWO, digest());
    }

    @Test
    void aYoungFileIsComputedEachTime() {
        digest(Duration.ofDays(1));
        digest(Duration.ofDays(1));
        assertEquals(2, computed);
    }

    @Test
    void aDamagedEntryIsNoReasonToFail() throws IOException {
        digest();
        try (var entries = Files.list(folder.resolve("digests"))) {
            for (var entry : entries.toList()) {
                Files.writeString(entry, "\0\n");
            }
        }
        assertEquals(ONE, digest());
        assertEquals(2, computed);
    }

    @Test
    void aFolderThatCannotBeMadeIsNoReasonToFail() throws IOException {
        Files.writeString(folder.resolve("digests"), "a file");
        assertEquals(ONE, digest());
        assertEquals(ONE, digest());
    }
}
