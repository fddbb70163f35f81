package dev.gpux.provider.natives;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * macOS's loader (dyld(1)): {@code DYLD_LIBRARY_PATH} by file name, the path itself with {@code @rpath},
 * {@code @loader_path} and {@code @executable_path} put in, the fallback folders. The system's own libraries are in the
 * shared cache and have had no files since macOS 11.
 *
 * @param environment the folders of {@code DYLD_LIBRARY_PATH}
 */
record MacSearch(List<Path> environment) implements SearchPath {
    private static final List<Path> FALLBACK = List.of(Path.of("/usr/local/lib"), Path.of("/usr/lib"));

    static MacSearch ofProcess() {
        return new MacSearch(SearchPath.folders("DYLD_LIBRARY_PATH"));
    }

    @Override
    public List<Path> find(String name, Path by, NativeImage image) {
        var found = new ArrayList<Path>();
        var file = name.substring(name.lastIndexOf('/') + 1);
        environment.forEach(folder -> add(folder.resolve(file), found));
        var origin = by.toAbsolutePath().getParent().toString();
        if (name.startsWith("@rpath/")) {
            image.rpath().forEach(folder -> add(Path.of(expand(folder, origin), name.substring("@rpath/".length())),
                found));
        } else {
            add(Path.of(expand(name, origin)), found);
        }
        FALLBACK.forEach(folder -> add(folder.resolve(file), found));
        return List.copyOf(found);
    }

    private static String expand(String path, String origin) {
        return path.replace("@loader_path", origin).replace("@executable_path", origin);
    }

    private static void add(Path file, List<Path> found) {
        if (Files.isRegularFile(file) && !found.contains(file)) {
            found.add(file);
        }
    }

    @Override
    public boolean isBuiltIn(String name) {
        return name.startsWith("/usr/lib/") || name.startsWith("/System/Library/");
    }
}
