package dev.gpux.ort.library;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Folders in a cache whose files are believed later on: a compiled engine is as good as code. Mode 0700 whatever the
 * umask, and not one that another user made or may write to.
 */
public final class OwnFolder {
    private OwnFolder() { }

    /**
     * Makes a folder and those between it and the cache, unless they are there.
     *
     * @param cache the cache folder; may be missing
     * @param folder in it
     * @throws IOException if that fails, or somebody else could put files into one of them
     */
    public static void create(Path cache, Path folder) throws IOException {
        FlatFolder.create(folder);
        for (var made = folder; made.startsWith(cache); made = made.getParent()) {
            if (!FolderTrust.holds(made)) {
                throw new FileSystemException(made.toString(), null, "others may write to it");
            }
        }
    }
}
