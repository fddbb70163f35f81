package dev.gpux.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Removes what no name leads to and no process uses. */
final class Collector {
    /** What the keys of temporary folders begin with whose downloads can go on. */
    static final String KEPT = "keep-";

    private final Store store;
    private long bytes;
    private int bundles;
    private int inUse;

    Collector(Store store) {
        this.store = store;
    }

    /** Removes garbage after something else was done, which is done even if this fails. */
    void collectQuietly() throws IOException {
        try (var _ = store.lock().exclusive()) {
            collect(false);
        } catch (StoreException e) {
            // The next removal reports what is damaged.
        }
    }

    /**
     * Removes garbage; the caller holds the store's lock alone.
     *
     * @param downloads whether downloads that could go on are garbage, too
     * @throws StoreException if a manifest is damaged: then nobody knows what it needs, and no content is removed
     */
    Collected collect(boolean downloads) throws IOException {
        var live = named();
        for (var bundle : store.bundles().all()) {
            if (!live.contains(bundle) && !removeFolder(bundle)) {
                live.add(bundle);
                inUse++;
            }
        }
        for (var record : store.sources().all()) {
            if (Sources.bundle(record).filter(live::contains).isEmpty()) {
                Files.deleteIfExists(record);
            }
        }
        var needed = needed(live);
        for (var blob : store.blobs().all()) {
            if (!needed.contains(blob)) {
                delete(store.blobs().file(blob));
            }
        }
        sweep(downloads);
        return new Collected(bundles, bytes, inUse);
    }

    private Set<Digest> named() throws IOException {
        var named = new HashSet<Digest>();
        store.list().forEach(tagged -> named.add(tagged.bundle()));
        return named;
    }

    private Set<Digest> needed(Set<Digest> live) throws IOException {
        var needed = new HashSet<>(live);
        for (var bundle : live) {
            store.blobs().manifest(bundle).ifPresent(manifest ->
                manifest.files().forEach(file -> needed.add(file.digest())));
        }
        return needed;
    }

    /** Whether a bundle's folder could be removed: nobody uses it. */
    private boolean removeFolder(Digest bundle) throws IOException {
        var hold = store.lock().own(bundle.hex());
        if (hold.isEmpty()) {
            return false;
        }
        try (var _ = hold.get()) {
            // Its files are links to contents: their bytes are freed where those are deleted.
            Disk.deleteTree(store.bundles().folder(bundle));
            bundles++;
            return true;
        }
    }

    private void delete(Path file) throws IOException {
        long size = Files.exists(file) ? Files.size(file) : 0;
        if (Files.deleteIfExists(file)) {
            bytes += size;
        }
    }

    /** Removes temporary folders of processes that are no more; downloads that could go on only if asked to. */
    void sweep(boolean downloads) throws IOException {
        for (var leftover : Disk.list(store.temporary())) {
            var key = leftover.getFileName().toString();
            if (!downloads && key.startsWith(KEPT)) {
                continue;
            }
            var hold = store.lock().own(key);
            if (hold.isPresent()) {
                try (var _ = hold.get()) {
                    bytes += Disk.deleteTree(leftover);
                }
            }
        }
    }
}
