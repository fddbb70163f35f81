package dev.gpux.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.launch.Installation.Result;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The AOT cache with the JDK that runs this test and a small program: made, used, replaced, and never in the way. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "gpux is a Unix shell script")
class AotCacheTest {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final String PROGRAM = """
            public class Program {
                public static void main(String[] args) throws Exception {
                    System.out.println("%s " + String.join(" ", args));
                    System.out.flush();
                    if (args[0].equals("wait")) {
                        Thread.sleep(60_000);
                    }
                    // As GPUX itself ends.
                    Runtime.getRuntime().halt(args[0].equals("fail") ? 7 : 0);
                }
            }
            """;

    @TempDir
    private Path temporary;

    private Installation gpux;
    private Path jar;
    private Path cache;

    @BeforeEach
    void install() throws IOException {
        gpux = new Installation(temporary);
        jar = gpux.folder().toRealPath().resolve("gpux.jar");
        var caches = temporary.resolve("a cache");
        cache = caches.resolve("aot" + jar + JAVA_HOME).resolve("gpux.aot");
        gpux.set("JAVA_HOME", JAVA_HOME).set("GPUX_CACHE", caches);
        writeJar("hello");
    }

    private void writeJar(String word) throws IOException {
        var source = temporary.resolve("Program.java");
        Files.writeString(source, PROGRAM.formatted(word));
        tool("javac", "-d", temporary.resolve("classes").toString(), source.toString());
        var fresh = temporary.resolve("fresh.jar");
        tool("jar", "--create", "--file", fresh.toString(), "--main-class", "Program",
                "-C", temporary.resolve("classes").toString(), "Program.class");
        Files.deleteIfExists(jar);
        Files.move(fresh, jar);
    }

    private static void tool(String name, String... arguments) {
        assertEquals(0, ToolProvider.findFirst(name).orElseThrow().run(System.err, System.err, arguments));
    }

    private void makeCache() throws Exception {
        gpux.set("GPUX_AOT", "now");
        assertPlain(gpux.run("version"), "hello version");
        gpux.set("GPUX_AOT", "auto");
        assertTrue(Files.isRegularFile(cache), "no " + cache);
    }

    private static void assertPlain(Result result, String out) {
        assertEquals("", result.err());
        assertEquals(out + "\n", result.out());
        assertEquals(0, result.exitCode());
    }

    /** With this mode Java refuses to start when it cannot use the cache it is given. */
    private boolean cacheIsUsed() throws Exception {
        gpux.set("GPUX_JAVA_OPTS", "-XX:AOTMode=on");
        int exitCode = gpux.run("version").exitCode();
        gpux.set("GPUX_JAVA_OPTS", "");
        return exitCode == 0;
    }

    @Test
    void itIsMadeAndUsedByShortAndLongCommands() throws Exception {
        makeCache();
        gpux.set("GPUX_JAVA_OPTS", "-XX:AOTMode=on");
        assertPlain(gpux.run("version"), "hello version");
        assertPlain(gpux.run("serve"), "hello serve");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)));
        try (var left = Files.list(cache.getParent())) {
            assertEquals(List.of("gpux.aot", "jar.stamp", "java.stamp"),
                    left.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void theFirstStartDoesNotWaitForIt() throws Exception {
        gpux.set("GPUX_AOT", "auto");
        assertPlain(gpux.run("version"), "hello version");
        var stamp = cache.resolveSibling("jar.stamp");
        var patience = Instant.now().plusSeconds(120);
        while (!Files.exists(stamp) && Instant.now().isBefore(patience)) {
            assertPlain(gpux.run("version"), "hello version");
        }
        assertTrue(Files.isRegularFile(cache), "no " + cache + " from the background");
        assertTrue(cacheIsUsed());
    }

    @Test
    void offMakesNone() throws Exception {
        assertPlain(gpux.run("version"), "hello version");
        assertFalse(Files.exists(temporary.resolve("a cache")));
    }

    @Test
    void aTruncatedCacheIsNoNews() throws Exception {
        makeCache();
        try (var file = FileChannel.open(cache, StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        assertPlain(gpux.run("version"), "hello version");
    }

    @Test
    void anEmptyCacheIsNoNews() throws Exception {
        makeCache();
        Files.write(cache, new byte[0]);
        assertPlain(gpux.run("version"), "hello version");
    }

    @Test
    void aCacheOfSomethingElseIsNoNews() throws Exception {
        makeCache();
        Files.write(cache, Files.readAllBytes(jar));
        assertPlain(gpux.run("version"), "hello version");
    }

    /** The header of a cache names the Java that made it, to the build. */
    @Test
    void aCacheOfAnotherJavaIsNoNews() throws Exception {
        makeCache();
        var bytes = Files.readAllBytes(cache);
        var version = Runtime.version().toString().split("\\+")[0].getBytes();
        int at = indexOf(bytes, version);
        bytes[at + version.length - 1] ^= 1;
        Files.write(cache, bytes);
        assertFalse(cacheIsUsed());
        assertPlain(gpux.run("version"), "hello version");
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int at = 0; at < bytes.length - wanted.length; at++) {
            int same = 0;
            while (same < wanted.length && bytes[at + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return at;
            }
        }
        throw new AssertionError("the cache does not name its Java's version");
    }

    @Test
    void anotherJarGetsAnotherCache() throws Exception {
        makeCache();
        var old = Files.readAttributes(cache, "unix:ino");
        writeJar("good-bye");
        // Older than the first one, as a release that is gone back to is.
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(86_400)));
        gpux.set("GPUX_AOT", "now");
        assertPlain(gpux.run("version"), "good-bye version");
        assertNotEquals(old, Files.readAttributes(cache, "unix:ino"));
        assertTrue(cacheIsUsed());
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoReasonToFail() throws Exception {
        gpux.set("GPUX_AOT", "now").set("GPUX_CACHE", Files.createFile(temporary.resolve("a file")));
        assertPlain(gpux.run("version"), "hello version");
        gpux.set("GPUX_AOT", "auto");
        assertPlain(gpux.run("version"), "hello version");
    }

    @Test
    void withoutAHomeThereIsNoCacheAndNoComplaint() throws Exception {
        gpux.set("GPUX_AOT", "now").set("GPUX_CACHE", "").set("HOME", "");
        assertPlain(gpux.run("version"), "hello version");
    }

    @Test
    void aProgramThatCannotBeTrainedIsTriedOnce() throws Exception {
        Files.writeString(jar, "this is no jar");
        gpux.set("GPUX_AOT", "now");
        gpux.run("version");
        var stamp = cache.resolveSibling("jar.stamp");
        var first = Files.readAttributes(stamp, "unix:ino");
        assertFalse(Files.exists(cache));
        gpux.run("version");
        assertEquals(first, Files.readAttributes(stamp, "unix:ino"));
    }

    @Test
    void anExitCodePassesThrough() throws Exception {
        assertEquals(7, gpux.run("fail").exitCode());
    }

    @Test
    void aSignalReachesTheProgram() throws Exception {
        var process = gpux.start(gpux.folder(), gpux.launcher().toString(), "wait");
        try (var out = process.inputReader()) {
            assertEquals("hello wait", out.readLine());
            process.destroy();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), "still there");
            assertEquals(143, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void argumentsAreUtf8WhereTheLocaleIsC() throws Exception {
        gpux.set("LC_ALL", "C");
        assertPlain(gpux.run("héllo", "世界"), "hello héllo 世界");
        gpux.set("LC_ALL", "");
        assertPlain(gpux.run("héllo", "世界"), "hello héllo 世界");
    }
}
