package dev.gpux.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A bundle in use: as long as this is open, nobody removes its files, not even another process. Thread-safe.
 */
public final class StoredModel implements AutoCloseable {
    private final Digest bundle;
    private final Manifest manifest;
    private final Path folder;
    private final StoreLock.Hold hold;

    StoredModel(Digest bundle, Manifest manifest, Path folder, StoreLock.Hold hold) {
        this.bundle = bundle;
        this.manifest = manifest;
        this.folder = folder;
        this.hold = hold;
    }

    /** The digest of the manifest. */
    public Digest bundle() {
        return bundle;
    }

    /** The files. */
    public Manifest manifest() {
        return manifest;
    }

    /** The folder with the files, under their own names. */
    public Path folder() {
        return folder;
    }

    /** One of its files. */
    public Path file(BundlePath path) {
        return path.in(folder);
    }

    /** Lets the files be removed. A second call does nothing. */
    @Override
    public void close() throws IOException {
        hold.close();
    }

    @Override
    public String toString() {
        return bundle.abbreviated() + " in " + folder;
    }
}
