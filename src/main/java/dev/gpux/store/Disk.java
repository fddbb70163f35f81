package dev.gpux.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** The few things that the store does with files. What appears under its final name is whole and on the disk. */
final class Disk {
    private Disk() { }

    /** Writes a file and waits until the disk has it. */
    static void write(Path file, byte[] content) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
            write(channel, ByteBuffer.wrap(content), file);
            channel.force(true);
        }
    }

    /** Writes all of it; the system's own word for a full disk does not say which. */
    static void write(FileChannel channel, ByteBuffer bytes, Path file) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes a folder, unless it is there, that nobody but this user can look into or put something into: a content is
     * not hashed again whenever it is used.
     */
    static void createPrivate(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        var parent = folder.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        try {
            if (Files.getFileAttributeView(parent, PosixFileAttributeView.class) != null) {
                Files.createDirectory(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } else {
                Files.createDirectory(folder);
            }
        } catch (FileAlreadyExistsException e) {
            // Another process made it meanwhile.
            Files.createDirectories(folder);
        }
    }

    /** Moves a file or folder to its final name in one step; a file that has the name already is replaced. */
    static void publish(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the store must lie on one file system: cannot move " + from + " to " + to, e);
        }
        syncFolder(to.getParent());
    }

    /** As {@link #publish}, for a folder whose content says its name: whoever was first made the same. */
    static void publishFolder(Path from, Path to) throws IOException {
        try {
            publish(from, to);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            deleteTree(from);
        } catch (IOException e) {
            // Windows says "access denied" where others say "not empty".
            if (!Files.isDirectory(to)) {
                throw e;
            }
            deleteTree(from);
        }
    }

    /** Waits until the disk has a folder's list of names, on systems that can. */
    static void syncFolder(Path folder) {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows opens no folders, and keeps its names in a journal.
        }
    }

    /** Keeps people from changing by mistake what a digest stands for. */
    static void makeReadOnly(Path file) throws IOException {
        // Windows would not delete a read-only file later.
        if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        }
    }

    /** What lies in a folder, links not followed; nothing if there is no such folder. */
    static List<Path> list(Path folder) throws IOException {
        var paths = new ArrayList<Path>();
        try (var stream = Files.newDirectoryStream(folder)) {
            stream.forEach(paths::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        return paths;
    }

    /**
     * Deletes a file or a folder with all that is in it; a link, not what it leads to. What somebody else deletes at the
     * same time is no error.
     *
     * @return the bytes of all files
     */
    static long deleteTree(Path path) throws IOException {
        var deleter = new Deleter();
        Files.walkFileTree(path, deleter);
        return deleter.bytes;
    }

    private static final class Deleter extends SimpleFileVisitor<Path> {
        private long bytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (Files.deleteIfExists(file)) {
                bytes += attributes.size();
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }

    /** At most so many bytes of a file. */
    static byte[] readSmall(Path file, int most) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new StoreException(file + " is damaged: it is longer than " + most + " bytes");
            }
            return bytes;
        }
    }
}
