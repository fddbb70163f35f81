package dev.gpux.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a bundle is put together before it appears in the store. Nothing of it can be seen until {@link #commit}, and
 * nothing of it stays if it is closed without one. Not thread-safe.
 */
public final class Staging implements AutoCloseable {
    private static final int CHUNK = 1 << 18;

    private final Store store;
    private final Path folder;
    private final StoreLock.Hold hold;
    private final boolean keep;
    private final Map<Digest, Path> contents = new HashMap<>();
    private final Map<String, Sources.Pulled> pulled = new LinkedHashMap<>();
    private boolean committed;

    Staging(Store store, Path folder, StoreLock.Hold hold, boolean keep) {
        this.store = store;
        this.folder = folder;
        this.hold = hold;
        this.keep = keep;
    }

    /** A folder for files of this process, on the store's file system. */
    public Path folder() {
        return folder;
    }

    /**
     * Adds a file, which stays where it is.
     *
     * @throws IOException if it cannot be read or copied
     */
    public Manifest.Entry add(BundlePath path, Path file) throws IOException {
        var known = reuse(path, Digest.ofFile(file), Files.size(file));
        if (known.isPresent()) {
            return known.get();
        }
        try (var in = Files.newInputStream(file)) {
            return add(path, in);
        }
    }

    /** Adds a content. */
    public Manifest.Entry add(BundlePath path, byte[] content) throws IOException {
        return add(path, new ByteArrayInputStream(content));
    }

    /**
     * Adds a content that the store has already; empty if it has not.
     *
     * @throws IOException if the disk fails
     */
    public Optional<Manifest.Entry> reuse(BundlePath path, Digest digest, long size) throws IOException {
        if (!store.blobs().has(digest, size)) {
            return Optional.empty();
        }
        // A link of our own: the content stays if somebody removes it before the commit.
        var link = folder.resolve("have-" + digest.hex());
        try {
            Files.deleteIfExists(link);
            Files.createLink(link, store.blobs().file(digest));
        } catch (UnsupportedOperationException | IOException e) {
            return Optional.empty();
        }
        return Optional.of(adopt(path, link, digest, size));
    }

    /** Adds all that comes from a stream. */
    Manifest.Entry add(BundlePath path, InputStream in) throws IOException {
        var copy = Files.createTempFile(folder, "content-", "");
        long size = 0;
        var sha256 = Digest.sha256();
        try (var channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            var chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                sha256.update(chunk, 0, read);
                Disk.write(channel, ByteBuffer.wrap(chunk, 0, read), copy);
                size += read;
            }
            channel.force(true);
        }
        return adopt(path, copy, Digest.of(sha256), size);
    }

    /**
     * Adds a file of {@link #folder()}, which is moved into the store at the commit.
     *
     * @param digest what it holds; the caller has read it
     */
    public Manifest.Entry adopt(BundlePath path, Path file, Digest digest, long size) {
        contents.put(digest, file);
        return new Manifest.Entry(path, digest, size);
    }

    /** Where a content that was added is until the commit; empty if it was not added. */
    public Optional<Path> file(Digest digest) {
        return Optional.ofNullable(contents.get(digest));
    }

    /** At the commit, notes that the model came from here, for {@link Store#openSource}. */
    public void pulledFrom(String source, Manifest bundle, BundlePath model) {
        pulled.put(source, new Sources.Pulled(bundle.digest(), model));
    }

    /**
     * Puts bundles into the store and gives them names, in place of what these names stood for.
     *
     * @param bundles name → bundle; their files were added here
     * @return what the names stand for now
     */
    public List<Tagged> commit(Map<ModelName, Manifest> bundles) throws IOException {
        var tagged = new ArrayList<Tagged>();
        try (var _ = store.lock().shared()) {
            for (var manifest : bundles.values()) {
                put(manifest);
            }
            for (var entry : pulled.entrySet()) {
                store.sources().write(entry.getKey(), entry.getValue(), folder);
            }
            var now = Instant.now();
            for (var bundle : bundles.entrySet()) {
                var tag = new Tagged(bundle.getKey(), bundle.getValue().digest(), now);
                store.tags().write(tag, folder);
                tagged.add(tag);
            }
        }
        committed = true;
        new Collector(store).collectQuietly();
        return List.copyOf(tagged);
    }

    /** The contents first, then what names them, so that at no moment a name leads to nothing. */
    private void put(Manifest manifest) throws IOException {
        for (var file : manifest.files()) {
            if (!store.blobs().has(file.digest(), file.size())) {
                store.blobs().put(content(file), file.digest());
            }
        }
        var digest = manifest.digest();
        var text = manifest.text();
        if (!store.blobs().has(digest, text.length)) {
            var list = folder.resolve("manifest");
            Disk.write(list, text);
            store.blobs().put(list, digest);
        }
        store.bundles().install(digest, manifest, folder);
    }

    private Path content(Manifest.Entry file) {
        var content = contents.get(file.digest());
        if (content == null) {
            throw new StoreException("the content of " + file.path() + " was not given");
        }
        return content;
    }

    /** Removes what was not committed, unless the next one with the same purpose can go on with it. */
    @Override
    public void close() throws IOException {
        try (hold) {
            if (committed || !keep) {
                Disk.deleteTree(folder);
            }
        }
    }
}
