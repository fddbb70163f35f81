package dev.gpux.provider.natives;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Windows's loader as ORT calls it ("Dynamic-link library search order", with {@code LOAD_WITH_ALTERED_SEARCH_PATH}):
 * the library's folder, the system folders, {@code PATH}. Names differ in case as people like.
 *
 * @param system the system's folders
 * @param environment the folders of {@code PATH}
 */
record WindowsSearch(List<Path> system, List<Path> environment) implements SearchPath {

    static WindowsSearch ofProcess() {
        var root = Path.of(System.getenv().getOrDefault("SystemRoot", "C:\\Windows"));
        return new WindowsSearch(List.of(root.resolve("System32"), root), SearchPath.folders("PATH"));
    }

    @Override
    public List<Path> find(String name, Path by, NativeImage image) {
        var found = new ArrayList<Path>();
        add(by.toAbsolutePath().getParent(), name, found);
        system.forEach(folder -> add(folder, name, found));
        environment.forEach(folder -> add(folder, name, found));
        return List.copyOf(found);
    }

    private static void add(Path folder, String name, List<Path> found) {
        var file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
            found.add(file);
            return;
        }
        // Only where the file system tells cases apart, as in a test elsewhere.
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.[dD][lL][lL]")) {
            for (var other : files) {
                if (other.getFileName().toString().equalsIgnoreCase(name)) {
                    found.add(other);
                }
            }
        } catch (IOException e) {
            // A folder that may not be listed.
        }
    }

    /** API sets are names for functions of the system, without files. */
    @Override
    public boolean isBuiltIn(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("api-ms-win-") || lower.startsWith("ext-ms-");
    }
}
