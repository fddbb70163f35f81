package dev.gpux.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * SHA-256 digests of files that did not change since they were computed, kept in a folder for the next process: a short
 * command would spend more time on the digest of its model than on anything else.
 *
 * <p>A file is the same if its inode, size, time of change and time of last status change are; nobody but the system's
 * administrator can set the last of them. As long as it is so young that a change in the same tick of the clock could
 * go unnoticed, nothing is kept, nor on systems without these attributes. Never a reason to fail: without it the digest
 * is computed.
 */
final class KnownDigests {
    static final Duration SETTLED = Duration.ofSeconds(2);

    private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime";
    private static final int DIGITS = 64;
    private static final long MOST_BYTES = 1 << 14;

    private final Path folder;
    private final Duration settled;

    /**
     * @param folder where the digests are; made when the first one comes
     * @param settled how long a file must be unchanged for its digest to be kept
     */
    KnownDigests(Path folder, Duration settled) {
        this.folder = folder;
        this.settled = settled;
    }

    /** The digest of {@code file}: the one that is known, or what {@code compute} says. */
    String of(Path file, Function<Path, String> compute) {
        var identity = identity(file);
        if (identity.isEmpty()) {
            return compute.apply(file);
        }
        var known = read(identity.get());
        if (known.isPresent()) {
            return known.get();
        }
        var digest = compute.apply(file);
        // What was read is the digest of the file as it was only if it is still the same.
        if (identity(file).equals(identity)) {
            write(identity.get(), digest);
        }
        return digest;
    }

    /** What must be the same for a file to be the same, in one line; nothing if the system cannot tell, or not yet. */
    private Optional<String> identity(Path file) {
        try {
            var attributes = Files.readAttributes(file, ATTRIBUTES);
            if (!(attributes.get("ctime") instanceof FileTime changed)
                || changed.toInstant().isAfter(Instant.now().minus(settled))) {
                return Optional.empty();
            }
            return Optional.of(attributes.get("dev") + " " + attributes.get("ino") + " " + attributes.get("size") + " "
                + attributes.get("lastModifiedTime") + " " + changed);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A file for each inode, so that a model that is fetched again takes its own place, mostly. */
    private Path entry(String identity) {
        var parts = identity.split(" ", 3);
        return folder.resolve(parts[0] + "-" + parts[1] + ".txt");
    }

    /** An entry is two lines: the identity, the digest. */
    private Optional<String> read(String identity) {
        var entry = entry(identity);
        try {
            if (!Files.exists(entry) || Files.size(entry) > MOST_BYTES) {
                return Optional.empty();
            }
            var lines = List.of(Files.readString(entry).split("\n"));
            return lines.size() == 2 && lines.getFirst().equals(identity) && lines.getLast().length() == DIGITS
                ? Optional.of(lines.getLast()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void write(String identity, String digest) {
        try {
            Files.createDirectories(folder);
            var temporary = Files.createTempFile(folder, "digest", ".tmp");
            try {
                Files.writeString(temporary, identity + "\n" + digest + "\n");
                Files.move(temporary, entry(identity), StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            // The next process will compute it again.
        }
    }
}
