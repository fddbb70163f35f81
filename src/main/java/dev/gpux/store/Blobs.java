package dev.gpux.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The contents of the store, each under its digest. Files here are never written, only moved in and deleted. */
record Blobs(Path folder) {
    Path file(Digest digest) {
        return folder.resolve(digest.hex());
    }

    /** Whether the content is there; one of another length is what a failing disk left, and is not. */
    boolean has(Digest digest, long size) throws IOException {
        var file = file(digest);
        return Files.isRegularFile(file) && Files.size(file) == size;
    }

    /** Moves a file in that has this content. */
    void put(Path file, Digest digest) throws IOException {
        Disk.makeReadOnly(file);
        Disk.publish(file, file(digest));
    }

    /** The manifest of a bundle; empty if it is not there. */
    Optional<Manifest> manifest(Digest bundle) throws IOException {
        var file = file(bundle);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var text = Disk.readSmall(file, Manifest.MOST_BYTES);
        if (!Digest.of(text).equals(bundle)) {
            throw new StoreException(file + " is damaged: it is not what its name says");
        }
        return Optional.of(Manifest.parse(text));
    }

    /** All contents. */
    List<Digest> all() throws IOException {
        return Disk.list(folder).stream().flatMap(file -> Digest.parse(file.getFileName().toString()).stream()).toList();
    }
}
