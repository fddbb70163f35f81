package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where engines are kept: nobody else can put one there. */
class OwnFolderTest {
    @TempDir
    Path home;

    @BeforeEach
    void modesExist() {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("unix"), "this system has no modes");
    }

    private static String mode(Path folder) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
    }

    @Test
    void isThisUsersAloneWhateverTheUmask() throws IOException {
        var cache = home.resolve("cache/gpux");
        var folder = cache.resolve("tensorrt/abc");
        OwnFolder.create(cache, folder);
        OwnFolder.create(cache, folder);
        for (var made = folder; !made.equals(home); made = made.getParent()) {
            assertEquals("rwx------", mode(made), made.toString());
        }
    }

    @Test
    void whatOthersCanWriteToIsRefused() throws IOException {
        var cache = home.resolve("cache");
        var folder = cache.resolve("tensorrt/abc");
        OwnFolder.create(cache, folder);
        for (var open : new Path[] {folder, folder.getParent(), cache}) {
            for (var mode : new String[] {"rwxrwx---", "rwx----w-", "rwxrwxrwx"}) {
                Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(mode));
                var error = assertThrows(IOException.class, () -> OwnFolder.create(cache, folder), open + " " + mode);
                assertTrue(error.getMessage().contains("others may write to it"), error::getMessage);
            }
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx------"));
        }
        OwnFolder.create(cache, folder);
    }
}
