package dev.gpux.ort.library;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A temporary folder of this process alone, deleted when the JVM exits: the last resort if the cache cannot be used.
 *
 * <p>The process holds a lock on a file beside it for as long as it lives. What a killed process left behind has no
 * lock, and goes when the next such folder is made.
 */
final class PrivateFolder {
    private static final String PREFIX = "gpux-native-";
    private static final String LOCK = ".lock";

    // The locks are held until the process ends; a channel that is collected would give its lock up.
    private static final List<FileChannel> HELD = new ArrayList<>();

    private PrivateFolder() {
    }

    /** Makes a folder with mode 0700. */
    static Path create(Path parent) throws IOException {
        removeAbandoned(parent);
        Path folder = Files.createTempDirectory(parent, PREFIX);
        Path lock = lockOf(folder);
        synchronized (HELD) {
            FileChannel channel =
                    FileChannel.open(lock, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            HELD.add(channel);
            channel.lock();
        }
        // What is registered first is deleted last.
        lock.toFile().deleteOnExit();
        folder.toFile().deleteOnExit();
        return folder;
    }

    private static Path lockOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + LOCK);
    }

    private static void removeAbandoned(Path parent) {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
            for (Path lock : locks) {
                removeIfAbandoned(lock);
            }
        } catch (IOException e) {
            // Housekeeping: the next time will do.
        }
    }

    private static void removeIfAbandoned(Path lock) {
        String name = lock.getFileName().toString();
        Path folder = lock.resolveSibling(name.substring(0, name.length() - LOCK.length()));
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held != null) {
                FlatFolder.delete(folder);
                Files.deleteIfExists(lock);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // Another user's, or this process's own.
        }
    }
}
