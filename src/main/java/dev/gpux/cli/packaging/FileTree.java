package dev.gpux.cli.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;

/** What is done with all files of a package. */
final class FileTree {
    private static final int PROGRAM = 0755;
    private static final int DATA = 0644;

    private FileTree() { }

    /** All files below a folder, links to files among them, in an order that is always the same. */
    static List<Path> files(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted(Comparator.comparing(Path::toString)).toList();
        }
    }

    /** What the files have together. */
    static long bytes(Path folder) throws IOException {
        long sum = 0;
        for (var file : files(folder)) {
            sum += Files.isSymbolicLink(file) ? 0 : Files.size(file);
        }
        return sum;
    }

    static int mode(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE) ? PROGRAM : DATA;
    }

    static void makeExecutable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Gives everything one time, and lets every user read it, whatever this one's umask is. */
    static void settle(Path folder, FileTime time) throws IOException {
        try (var all = Files.walk(folder)) {
            // What is in a folder comes before it, or the folder would get the time of now again.
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (Files.isSymbolicLink(path)) {
                    continue;
                }
                boolean open = Files.isDirectory(path) || mode(path) == PROGRAM;
                Files.setPosixFilePermissions(path,
                    PosixFilePermissions.fromString(open ? "rwxr-xr-x" : "rw-r--r--"));
                Files.setLastModifiedTime(path, time);
            }
        }
    }

    /** Removes a folder with everything in it, if it is there. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
