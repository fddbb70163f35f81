package dev.gpux.ort.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Code is loaded from the cache, so nobody else may be able to put some there: the folder belongs to this user or to
 * root, and neither its group nor others may write to it. (A shared, world-writable parent is the case that matters:
 * {@code GPUX_CACHE=/tmp/gpux}.) On Windows the profile's own access lists do this.
 */
final class FolderTrust {
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final Path SELF = Path.of("/proc/self");

    private FolderTrust() {
    }

    static boolean holds(Path folder) throws IOException {
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return true;
        }
        Map<String, Object> attributes = Files.readAttributes(folder, "unix:mode,uid");
        if (((int) attributes.get("mode") & WRITABLE_BY_OTHERS) != 0) {
            return false;
        }
        int owner = (int) attributes.get("uid");
        // Java has no getuid; /proc (Linux) tells. Elsewhere the mode has to do.
        return owner == 0 || !Files.isDirectory(SELF) || owner == (int) Files.getAttribute(SELF, "unix:uid");
    }
}
