package dev.gpux.ort.library;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A folder being filled with files out of an archive, hashed on their way. There are no subfolders: a file is put
 * directly into the folder whatever its name in the archive was, so no name can lead out of it.
 */
final class UnpackedFolder {
    private static final int BUFFER = 256 * 1024;
    /** Of all files together. The largest release, for CUDA, takes a gigabyte; a small archive may hold any number of zeros. */
    private static final long MOST_BYTES = 8L << 30;

    /** What is known of a file when it is written. */
    private record Written(long size, String sha256) {
    }

    private final Path folder;
    private final SortedMap<String, Written> files = new TreeMap<>();
    private long total;

    UnpackedFolder(Path folder) {
        this.folder = folder;
    }

    /** The names of the files added so far. */
    List<String> names() {
        return List.copyOf(files.keySet());
    }

    /**
     * Writes one file.
     *
     * @param name    a plain file name
     * @param size    the number of bytes that the archive promises
     * @param content read to its end, or one byte beyond {@code size}
     * @param where   the archive and the file in it, for errors
     * @throws IOException      if the file cannot be written
     * @throws LibraryException if the content cannot be read or is longer or shorter than promised
     */
    void add(String name, long size, InputStream content, String where) throws IOException {
        if (!isPlain(name)) {
            throw damaged(where, "its name is not one of a library", null);
        }
        if (size > MOST_BYTES - total) {
            throw damaged(where, "unpacked, it takes more than " + MOST_BYTES + " bytes, as no ONNX Runtime does", null);
        }
        total += Math.max(0, size);
        if (size > Files.getFileStore(folder).getUsableSpace()) {
            throw new IOException("it takes " + size + " bytes, more than the disk has left");
        }
        MessageDigest hash = sha256();
        long copied = 0;
        try (OutputStream out = new DigestOutputStream(create(folder.resolve(name), where), hash)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = read(content, buffer, where); n >= 0; n = read(content, buffer, where)) {
                copied += n;
                if (copied > size) {
                    break;
                }
                out.write(buffer, 0, n);
            }
        }
        if (copied != size) {
            throw damaged(where, "it should have " + size + " bytes and has "
                    + (copied > size ? "more" : "only " + copied), null);
        }
        files.put(name, new Written(size, HexFormat.of().formatHex(hash.digest())));
    }

    /** The index entry for what is in the folder now. */
    IndexEntry entry(String key, String library) {
        MessageDigest all = sha256();
        var items = new ArrayList<IndexEntry.Item>();
        items.add(new IndexEntry.Item(library, files.get(library).size()));
        files.forEach((name, file) -> {
            all.update((file.sha256() + " " + name + "\n").getBytes(StandardCharsets.UTF_8));
            if (!name.equals(library)) {
                items.add(new IndexEntry.Item(name, file.size()));
            }
        });
        return new IndexEntry(key, HexFormat.of().formatHex(all.digest()), List.copyOf(items));
    }

    private OutputStream create(Path file, String where) throws IOException {
        try {
            OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return out;
        } catch (FileAlreadyExistsException e) {
            throw damaged(where, "the archive has two files of this name", e);
        }
    }

    private static int read(InputStream content, byte[] buffer, String where) {
        try {
            return content.read(buffer);
        } catch (IOException e) {
            throw damaged(where, e.getMessage(), e);
        }
    }

    /** Letters, digits and the few signs that library names have: no folders, no streams, no devices. */
    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letter && "._-+".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= 200 && name.charAt(0) != '.';
    }

    static LibraryException damaged(String where, String why, Throwable cause) {
        String message = where + " cannot be unpacked: " + why + ". The archive is damaged: fetch it again.";
        return new LibraryException(LibraryException.Kind.UNPACK_FAILED, message, cause);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has it (java.security.MessageDigest).
            throw new AssertionError(e);
        }
    }
}
