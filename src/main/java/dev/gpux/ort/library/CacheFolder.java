package dev.gpux.ort.library;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Where things that can be made again are kept. */
final class CacheFolder {
    private CacheFolder() {
    }

    /**
     * {@code $GPUX_CACHE}; else {@code $XDG_CACHE_HOME/gpux} and {@code ~/.cache/gpux} (XDG Base Directory
     * Specification), {@code ~/Library/Caches/gpux} on macOS, {@code %LOCALAPPDATA%\gpux\cache} on Windows.
     *
     * @param property reads a system property, {@code environment} a variable; either gives null for none
     */
    static Path of(Platform.Os os, UnaryOperator<String> environment, UnaryOperator<String> property) {
        String own = environment.apply("GPUX_CACHE");
        if (own != null && !own.isEmpty()) {
            return Path.of(own).toAbsolutePath();
        }
        String home = property.apply("user.home");
        // A container's unnamed user has the home "?": a folder of that name in the current folder helps nobody.
        if (home == null || !Path.of(home).isAbsolute()) {
            return Path.of(property.apply("java.io.tmpdir"), "gpux-" + property.apply("user.name"));
        }
        return switch (os) {
            case MACOS -> Path.of(home, "Library", "Caches", "gpux");
            case WINDOWS -> absolute(environment.apply("LOCALAPPDATA"), Path.of(home, "AppData", "Local"))
                    .resolve("gpux").resolve("cache");
            case LINUX -> absolute(environment.apply("XDG_CACHE_HOME"), Path.of(home, ".cache")).resolve("gpux");
        };
    }

    /** The specification says: a relative path is to be ignored. */
    private static Path absolute(String value, Path otherwise) {
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        Path path = Path.of(value);
        return path.isAbsolute() ? path : otherwise;
    }
}
