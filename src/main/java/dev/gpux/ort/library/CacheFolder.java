package dev.gpux.ort.library;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Where things that can be made again are kept. */
final class CacheFolder {
    private CacheFolder() {
    }

    /**
     * {@code $GPUX_CACHE}; else {@code $XDG_CACHE_HOME/gpux} and {@code ~/.cache/gpux} (XDG Base Directory
     * Specification), {@code ~/Library/Caches/gpux} on macOS, {@code %LOCALAPPDATA%\gpux\cache} on Windows.
     */
    static Path of(Platform.Os os, Map<String, String> environment, Properties properties) {
        String own = environment.getOrDefault("GPUX_CACHE", "");
        if (!own.isEmpty()) {
            return Path.of(own).toAbsolutePath();
        }
        String home = properties.getProperty("user.home", "");
        // A container's unnamed user has the home "?": a folder of that name in the current folder helps nobody.
        if (!Path.of(home).isAbsolute()) {
            return Path.of(properties.getProperty("java.io.tmpdir", ""),
                    "gpux-" + properties.getProperty("user.name", ""));
        }
        return switch (os) {
            case MACOS -> Path.of(home, "Library", "Caches", "gpux");
            case WINDOWS -> absolute(environment.getOrDefault("LOCALAPPDATA", ""), Path.of(home, "AppData", "Local"))
                    .resolve("gpux").resolve("cache");
            case LINUX -> absolute(environment.getOrDefault("XDG_CACHE_HOME", ""), Path.of(home, ".cache"))
                    .resolve("gpux");
        };
    }

    /** The specification says: a relative path is to be ignored. */
    private static Path absolute(String value, Path otherwise) {
        Path path = Path.of(value);
        return path.isAbsolute() ? path : otherwise;
    }
}
