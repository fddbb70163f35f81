package dev.gpux.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.launch.Installation.Result;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The AOT cache with the JDK that runs this test and a small program: made, used, replaced, and never in the way.
 * Making one takes seconds, so that tests which only read or harm it share one and get it back whole.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "gpux is a Unix shell script")
class AotCacheTest {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final String TRAINING = """
            package dev.gpux.cli;
            class AotTraining {
                public static void main(String[] args) throws Exception {
                    Main.main(new String[] {""});
                }
            }
            """;
    private static final String PROGRAM = """
            package dev.gpux.cli;
            public class Main {
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

    private Path temporary;
    private Installation gpux;
    private Path jar;
    private Path cache;
    private byte[] whole;

    @BeforeAll
    void makeCache(@TempDir Path temporary) throws Exception {
        this.temporary = temporary;
        gpux = new Installation(temporary);
        jar = gpux.folder().toRealPath().resolve("gpux.jar");
        writeJar(jar, "hello");
        useCacheFolder("a cache");
        gpux.set("JAVA_HOME", JAVA_HOME).set("GPUX_AOT", "now");
        assertPlain(gpux.run("version"), "hello version");
        assertTrue(Files.isRegularFile(cache), "no " + cache);
        whole = Files.readAllBytes(cache);
    }

    private void useCacheFolder(String name) throws IOException {
        gpux.set("GPUX_CACHE", temporary.resolve(name));
        cache = cacheOf(jar, name);
    }

    private Path cacheOf(Path jar, String folder) throws IOException {
        var identity = Files.getAttribute(jar, "unix:ino") + "-" + Files.size(jar);
        return temporary.resolve(folder).resolve("aot" + jar).resolve(identity + JAVA_HOME).resolve("gpux.aot");
    }

    @BeforeEach
    void mend() throws IOException {
        useCacheFolder("a cache");
        Files.write(cache, whole);
        gpux.set("HOME", temporary.resolve("home")).set("LC_ALL", "C.UTF-8").set("GPUX_JAVA_OPTS", "")
                .set("GPUX_AOT", "auto").set("GPUX_JAR", "");
    }

    private void writeJar(Path jar, String word) throws IOException {
        var program = Files.writeString(temporary.resolve("Main.java"), PROGRAM.formatted(word));
        var training = Files.writeString(temporary.resolve("AotTraining.java"), TRAINING);
        var classes = temporary.resolve("classes").toString();
        tool("javac", "-d", classes, program.toString(), training.toString());
        var fresh = temporary.resolve("fresh.jar");
        tool("jar", "--create", "--file", fresh.toString(), "--main-class", "dev.gpux.cli.Main",
                "-C", classes, ".");
        Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void tool(String name, String... arguments) {
        assertEquals(0, ToolProvider.findFirst(name).orElseThrow().run(System.err, System.err, arguments));
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
    void itIsUsedByShortAndLongCommands() throws Exception {
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
        useCacheFolder("another cache");
        assertPlain(gpux.run("version"), "hello version");
        var stamp = cache.resolveSibling("jar.stamp");
        var patience = Instant.now().plusSeconds(600);
        while (!Files.exists(stamp) && Instant.now().isBefore(patience)) {
            assertPlain(gpux.run("version"), "hello version");
            Thread.sleep(200);
        }
        assertTrue(Files.isRegularFile(cache), "no " + cache + " from the background");
        assertTrue(cacheIsUsed());
    }

    @Test
    void offMakesNone() throws Exception {
        useCacheFolder("no cache");
        gpux.set("GPUX_AOT", "off");
        assertPlain(gpux.run("version"), "hello version");
        assertFalse(Files.exists(temporary.resolve("no cache")));
    }

    @Test
    void aTruncatedCacheIsNoNews() throws Exception {
        try (var file = FileChannel.open(cache, StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        assertPlain(gpux.run("version"), "hello version");
    }

    @Test
    void anEmptyCacheIsNoNews() throws Exception {
        Files.write(cache, new byte[0]);
        assertPlain(gpux.run("version"), "hello version");
    }

    @Test
    void aCacheOfSomethingElseIsNoNews() throws Exception {
        Files.write(cache, Files.readAllBytes(jar));
        assertPlain(gpux.run("version"), "hello version");
    }

    /** The header of a cache names the Java that made it, to the build. */
    @Test
    void aCacheOfAnotherJavaIsNoNews() throws Exception {
        var bytes = Files.readAllBytes(cache);
        var version = System.getProperty("java.vm.version").getBytes();
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
    void anotherJarUnderTheSameNameGetsAnotherCache() throws Exception {
        var changing = temporary.resolve("changing.jar");
        Files.copy(jar, changing);
        gpux.set("GPUX_JAR", changing).set("GPUX_AOT", "now");
        assertPlain(gpux.run("version"), "hello version");
        var first = cacheOf(changing, "a cache");
        assertTrue(Files.exists(first));
        // As old as the first one, as all files of a reproducible image are.
        var time = Files.getLastModifiedTime(changing);
        writeJar(changing, "good-bye");
        Files.setLastModifiedTime(changing, time);
        assertPlain(gpux.run("version"), "good-bye version");
        assertTrue(cacheIsUsed());
        assertTrue(Files.exists(cacheOf(changing, "a cache")));
        assertFalse(Files.exists(first), "the old cache is still there");
    }

    /** The same file, changed in place without growing: only its time tells. */
    @Test
    void aJarThatIsWrittenOverGetsAnotherCache() throws Exception {
        var changing = temporary.resolve("written over.jar");
        Files.copy(jar, changing);
        gpux.set("GPUX_JAR", changing).set("GPUX_AOT", "now");
        assertPlain(gpux.run("version"), "hello version");
        var other = temporary.resolve("other.jar");
        writeJar(other, "hullo");
        assertEquals(Files.size(changing), Files.size(other), "this test needs two jars of one size");
        Files.write(changing, Files.readAllBytes(other));
        assertPlain(gpux.run("version"), "hullo version");
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
        var broken = Files.writeString(temporary.resolve("broken.jar"), "this is no jar");
        gpux.set("GPUX_JAR", broken).set("GPUX_AOT", "now");
        var folder = cacheOf(broken, "a cache").getParent();
        assertEquals(1, gpux.run("version").exitCode());
        var first = Files.getAttribute(folder.resolve("jar.stamp"), "unix:ino");
        assertFalse(Files.exists(folder.resolve("gpux.aot")));
        assertEquals(1, gpux.run("version").exitCode());
        assertEquals(first, Files.getAttribute(folder.resolve("jar.stamp"), "unix:ino"));
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
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still there");
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
