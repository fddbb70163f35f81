package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTest {
    @TempDir
    Path home;

    @Test
    void theUsersOwnChoiceWins() {
        assertEquals(home.resolve("own"), of(Platform.Os.LINUX,
                Map.of("GPUX_CACHE", home.resolve("own").toString(), "XDG_CACHE_HOME", "/x")));
    }

    @Test
    void linuxFollowsTheXdgSpecification() {
        assertEquals(home.resolve(".cache/gpux"), of(Platform.Os.LINUX, Map.of()));
        assertEquals(home.resolve("xdg/gpux"),
                of(Platform.Os.LINUX, Map.of("XDG_CACHE_HOME", home.resolve("xdg").toString(), "GPUX_CACHE", "")));
        assertEquals(home.resolve(".cache/gpux"), of(Platform.Os.LINUX, Map.of("XDG_CACHE_HOME", "relative")));
    }

    @Test
    void macAndWindowsUseTheirOwnPlaces() {
        assertEquals(home.resolve("Library/Caches/gpux"),
                of(Platform.Os.MACOS, Map.of("XDG_CACHE_HOME", "/elsewhere")));
        assertEquals(home.resolve("local/gpux/cache"),
                of(Platform.Os.WINDOWS, Map.of("LOCALAPPDATA", home.resolve("local").toString())));
        assertEquals(home.resolve("AppData/Local/gpux/cache"), of(Platform.Os.WINDOWS, Map.of()));
    }

    /** In a container whose user has no name, {@code user.home} is "?". */
    @Test
    void aUserWithoutHomeGetsAFolderBelowTheTemporaryOne() {
        var properties = new Properties();
        properties.setProperty("user.home", "?");
        properties.setProperty("user.name", "?");
        properties.setProperty("java.io.tmpdir", home.toString());
        assertEquals(home.resolve("gpux-?"), CacheFolder.of(Platform.Os.LINUX, Map.of(), properties));
    }

    private Path of(Platform.Os os, Map<String, String> environment) {
        var properties = new Properties();
        properties.setProperty("user.home", home.toString());
        return CacheFolder.of(os, environment, properties);
    }
}
