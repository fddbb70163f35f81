package dev.gpux.provider.natives;

import dev.gpux.ort.library.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Linux's loader (ld.so(8)): {@code DT_RPATH} unless there is a {@code DT_RUNPATH}, {@code LD_LIBRARY_PATH},
 * {@code DT_RUNPATH}, the cache of ldconfig, the default folders.
 *
 * @param environment the folders of {@code LD_LIBRARY_PATH} when the process started, which is when the loader read it
 * @param cache ldconfig's
 * @param defaults the folders that the loader has built in
 */
record LinuxSearch(List<Path> environment, LdCache cache, List<Path> defaults) implements SearchPath {

    static LinuxSearch ofProcess() {
        var cpu = Platform.current().cpu();
        var triplet = switch (cpu) {
            case X86_64 -> "x86_64-linux-gnu";
            case AARCH64 -> "aarch64-linux-gnu";
            default -> cpu.label() + "-linux-gnu";
        };
        return new LinuxSearch(SearchPath.folders("LD_LIBRARY_PATH"), LdCache.read(Path.of("/etc/ld.so.cache"), cpu),
            List.of(Path.of("/lib", triplet), Path.of("/usr/lib", triplet), Path.of("/lib64"), Path.of("/usr/lib64"),
                Path.of("/lib"), Path.of("/usr/lib")));
    }

    @Override
    public List<Path> find(String name, Path by, NativeImage image) {
        var found = new LinkedHashSet<Path>();
        if (name.contains("/")) {
            add(Path.of(name), found);
            return List.copyOf(found);
        }
        if (image.runpath().isEmpty()) {
            expand(image.rpath(), by).forEach(folder -> add(folder.resolve(name), found));
        }
        environment.forEach(folder -> add(folder.resolve(name), found));
        expand(image.runpath(), by).forEach(folder -> add(folder.resolve(name), found));
        cache.files(name).forEach(file -> add(file, found));
        defaults.forEach(folder -> add(folder.resolve(name), found));
        return List.copyOf(found);
    }

    /** {@code $ORIGIN} is the folder of the library, {@code $LIB} lib or lib64. */
    private static List<Path> expand(List<String> folders, Path by) {
        var origin = by.toAbsolutePath().getParent().toString();
        var expanded = new ArrayList<Path>();
        for (var folder : folders) {
            var there = folder.replace("${ORIGIN}", origin).replace("$ORIGIN", origin);
            for (var lib : there.contains("$LIB") || there.contains("${LIB}") ? List.of("lib64", "lib") : List.of("")) {
                expanded.add(Path.of(there.replace("${LIB}", lib).replace("$LIB", lib)));
            }
        }
        return expanded;
    }

    private static void add(Path file, LinkedHashSet<Path> found) {
        try {
            if (Files.isRegularFile(file)) {
                // Two ways to one file are no two files.
                found.add(file.toRealPath());
            }
        } catch (IOException e) {
            // Gone in the meantime.
        }
    }

    @Override
    public boolean isBuiltIn(String name) {
        return name.startsWith("linux-vdso") || name.startsWith("ld-linux") || name.startsWith("ld-musl");
    }
}
