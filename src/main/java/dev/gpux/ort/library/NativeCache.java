package dev.gpux.ort.library;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Libraries that came out of archives, each in a folder named by the SHA-256 of what is in it.
 *
 * <pre>
 * native/0b5c…/libonnxruntime.so       complete, never changed
 * native/index/9f86….txt               which folder an archive's library is in (see {@link IndexEntry})
 * native/unpacking-…/                  being written, or left by a crash
 * </pre>
 *
 * <p>A folder is written under another name and renamed when it is complete, so another process sees all of it or
 * nothing; if two do it at once, the later one uses the folder of the earlier one. Nothing here needs a lock. A hit
 * costs reading one small file and one look at each library's size; nothing is hashed again. Nothing is flushed to the
 * disk either: after a power failure a file may be shorter than its index entry says, and is unpacked again.
 */
final class NativeCache {
    private static final Duration ABANDONED = Duration.ofHours(1);
    private static final String UNPACKING = "unpacking-";

    private final Path root;
    private final Path temporary;
    private final Consumer<String> warnings;

    /** Takes a library and its companions out of an archive. */
    @FunctionalInterface
    interface Unpacking {
        /**
         * Adds every file to the folder, the library itself among them.
         *
         * @return the library's file name
         * @throws IOException if the folder cannot be written; a problem of the archive is a {@link LibraryException}
         */
        String into(UnpackedFolder folder) throws IOException;
    }

    /**
     * @param cache     the cache folder, made when needed
     * @param temporary where private temporary folders are made if the cache cannot be used
     */
    NativeCache(Path cache, Path temporary, Consumer<String> warnings) {
        this.root = cache.resolve("native");
        this.temporary = temporary;
        this.warnings = warnings;
    }

    /**
     * The library that was unpacked under this key.
     *
     * @param key everything that tells this library from another one without reading it
     */
    Optional<Path> find(String key) {
        try {
            Optional<IndexEntry> entry = IndexEntry.read(indexFile(key), key);
            if (entry.isPresent() && entry.get().holdsIn(root) && FolderTrust.holds(root)) {
                return Optional.of(entry.get().library(root));
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Unpacks a library, so that it is found under the key from now on.
     *
     * @throws LibraryException if it can be written neither to the cache nor to a temporary folder
     */
    Path unpack(String key, Unpacking unpacking) {
        try {
            return unpackToCache(key, unpacking);
        } catch (IOException e) {
            return unpackToTemporary(unpacking, Reason.of(e));
        }
    }

    /** Lets the library that was unpacked under {@code key} be found under {@code other}, too. */
    void alsoFind(String key, String other) {
        try {
            Optional<IndexEntry> entry = IndexEntry.read(indexFile(key), key);
            if (entry.isPresent() && FolderTrust.holds(root)) {
                remember(new IndexEntry(other, entry.get().folder(), entry.get().items()), indexFile(other));
            }
        } catch (IOException e) {
            // The next start looks into the archive again.
        }
    }

    private Path indexFile(String key) {
        return root.resolve("index").resolve(IndexEntry.fileName(key));
    }

    private Path unpackToCache(String key, Unpacking unpacking) throws IOException {
        FlatFolder.create(root);
        if (!FolderTrust.holds(root)) {
            throw new FileSystemException(root.toString(), null, "others may write to it");
        }
        removeAbandoned();
        Path folder = Files.createTempDirectory(root, UNPACKING);
        try {
            var unpacked = new UnpackedFolder(folder);
            String library = unpacking.into(unpacked);
            IndexEntry entry = unpacked.entry(key, library);
            publish(folder, entry);
            remember(entry, indexFile(key));
            return entry.library(root);
        } finally {
            FlatFolder.delete(folder);
        }
    }

    private void remember(IndexEntry entry, Path index) {
        try {
            FlatFolder.create(index.getParent());
            entry.write(index);
        } catch (IOException e) {
            warnings.accept("GPUX could not write " + index + " (" + Reason.of(e) + "): ONNX Runtime will be unpacked "
                    + "again at the next start.");
        }
    }

    /** Gives the complete folder its final name, unless another process was first. */
    private void publish(Path folder, IndexEntry entry) throws IOException {
        Path target = root.resolve(entry.folder());
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !entry.holdsIn(root)) {
            // Damaged by a power failure or by hand. Processes that have its files mapped keep them.
            Path aside = root.resolve(UNPACKING + "damaged-" + System.nanoTime());
            Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
            FlatFolder.delete(aside);
        }
        try {
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!entry.holdsIn(root)) {
                throw e;
            }
        }
    }

    private Path unpackToTemporary(Unpacking unpacking, String cacheReason) {
        Optional<Path> folder = Optional.empty();
        try {
            folder = Optional.of(PrivateFolder.create(temporary));
            var unpacked = new UnpackedFolder(folder.get());
            String library = unpacking.into(unpacked);
            for (String name : unpacked.names()) {
                folder.get().resolve(name).toFile().deleteOnExit();
            }
            warnings.accept("The cache folder " + root + " cannot be used (" + cacheReason + "): ONNX Runtime was "
                    + "unpacked to a temporary folder and will be again at every start. Set GPUX_CACHE to a folder "
                    + "that can be written.");
            return folder.get().resolve(library);
        } catch (IOException e) {
            folder.ifPresent(FlatFolder::delete);
            throw new LibraryException(LibraryException.Kind.UNPACK_FAILED, "ONNX Runtime's library could not be "
                    + "unpacked.\n  to the cache folder " + root + ": " + cacheReason + "\n  to the temporary folder "
                    + temporary + ": " + Reason.of(e)
                    + "\nMake room, or set GPUX_CACHE to a folder that can be written.", e);
        } catch (LibraryException e) {
            folder.ifPresent(FlatFolder::delete);
            throw e;
        }
    }

    /** Removes what crashed processes left behind; one that is still unpacking has touched a file lately. */
    private void removeAbandoned() {
        Instant old = Instant.now().minus(ABANDONED);
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, UNPACKING + "*")) {
            for (Path folder : folders) {
                if (FlatFolder.lastTouched(folder).isBefore(old)) {
                    FlatFolder.delete(folder);
                }
            }
        } catch (IOException e) {
            // Housekeeping: the next unpacking tries again.
        }
    }
}
