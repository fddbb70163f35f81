package dev.gpux.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When the launcher builds. In place of Maven stands a script that writes down how it was called and makes the jar:
 * what is tested is the launcher; that the real build makes the jar is what every integration test stands on.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "gpux is a Unix shell script")
class BuildTest {
    private static final String BUILDING = "gpux: building once (about a minute the first time)…";

    @TempDir
    private Path temporary;

    private Installation gpux;
    private Path javaHome;
    private Path calls;
    private Path jar;
    private Path source;

    @BeforeEach
    void checkOut() throws IOException {
        gpux = new Installation(temporary);
        javaHome = gpux.fakeJava("jdk", "25");
        gpux.set("JAVA_HOME", javaHome);
        calls = temporary.resolve("calls");
        jar = gpux.folder().resolve("target").resolve("gpux.jar");
        source = gpux.folder().resolve("src/main/java/dev/gpux/cli/Main.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "class Main {}");
        Files.createDirectories(gpux.folder().resolve("src/generated/java/dev/gpux/ffi"));
        Files.writeString(gpux.folder().resolve("pom.xml"), "<project/>");
        maven("");
    }

    private void maven(String first) throws IOException {
        Installation.script(gpux.bin().resolve("mvn"), first + """

                printf '%%s ' "$JAVA_HOME" "$@" >>'%s'
                echo >>'%1$s'
                echo 'what Maven prints'
                for argument; do
                    case $argument in
                        -Dgpux.jar.file=*) echo built >"${argument#*=}" ;;
                    esac
                done
                """.formatted(calls));
    }

    private int builds() throws IOException {
        return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
    }

    private void assertBuilds(int builds) throws Exception {
        int before = builds();
        var result = gpux.run("version");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(builds == 0 ? List.of() : List.of(BUILDING), result.errLines());
        assertTrue(result.out().contains(jar.toString()), result.out());
        assertEquals(builds, builds() - before);
    }

    private static void setTime(Path file, Instant time) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(time));
    }

    @Test
    void buildsOnceAndQuietly() throws Exception {
        assertBuilds(1);
        assertEquals("built\n", Files.readString(jar));
        assertEquals("what Maven prints\n", Files.readString(jar.resolveSibling("build.log")));
        var call = Files.readString(calls);
        assertTrue(call.startsWith(javaHome + " "), call);
        assertTrue(call.contains("-f " + gpux.folder().resolve("pom.xml") + " "), call);
        assertTrue(call.contains("-Dgpux.exampleModelsOnly=true"), call);
        assertBuilds(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "src/main/java/dev/gpux/cli/Main.java", "src/main/resources/a.json",
        "src/generated/java/dev/gpux/ffi"})
    void buildsWhenASourceIsNewer(String name) throws Exception {
        var file = gpux.folder().resolve(name);
        if (!Files.exists(file)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "{}");
        }
        assertBuilds(1);
        setTime(jar, Instant.now().minusSeconds(3600));
        setEverySource(Instant.now().minusSeconds(7200));
        assertBuilds(0);
        setTime(file, Instant.now().minusSeconds(1800));
        assertBuilds(1);
    }

    private void setEverySource(Instant time) throws IOException {
        setTime(gpux.folder().resolve("pom.xml"), time);
        try (var files = Files.walk(gpux.folder().resolve("src"))) {
            for (var file : files.toList()) {
                setTime(file, time);
            }
        }
    }

    @Test
    void buildsWhenASourceIsGone() throws Exception {
        Files.writeString(source.resolveSibling("Extra.java"), "class Extra {}");
        assertBuilds(1);
        setTime(jar, Instant.now().minusSeconds(3600));
        setEverySource(Instant.now().minusSeconds(7200));
        assertBuilds(0);
        Files.delete(source.resolveSibling("Extra.java"));
        assertBuilds(1);
    }

    @Test
    void whatIsEditedDuringABuildIsBuiltNextTime() throws Exception {
        maven("sleep 1; echo 'class Main { int edited; }' >'" + source + "'; sleep 1");
        assertBuilds(1);
        maven("");
        assertBuilds(1);
        assertBuilds(0);
    }

    @Test
    void aFailedBuildShowsItsEndAndLeavesNoJar() throws Exception {
        maven("i=0; while [ $i -lt 100 ]; do i=$((i + 1)); echo \"line $i\"; done; exit 1");
        var result = gpux.run("version");
        assertEquals(1, result.exitCode());
        assertEquals("", result.out());
        assertEquals(BUILDING, result.errLines().getFirst());
        assertTrue(result.err().contains("line 100\n"), result.err());
        assertFalse(result.err().contains("line 50\n"), result.err());
        assertTrue(result.errLines().getLast().contains(jar.resolveSibling("build.log").toString()), result.err());
        assertFalse(Files.exists(jar));
        maven("");
        assertBuilds(1);
    }

    @Test
    void withoutMavenItIsOneLineThatSaysWhatToInstall() throws Exception {
        gpux.without("mvn");
        var result = gpux.run("version");
        assertEquals(1, result.exitCode());
        assertEquals(1, result.errLines().size(), result.err());
        assertTrue(result.err().contains("install Maven"), result.err());
    }

    @Test
    void aReadyJarNeedsNoMaven() throws Exception {
        assertBuilds(1);
        gpux.without("mvn");
        assertBuilds(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with flock", "without flock"})
    void twoFirstStartsAtOnceBuildOnce(String lock) throws Exception {
        if (lock.equals("without flock")) {
            gpux.without("flock");
        }
        var started = temporary.resolve("started");
        var goOn = temporary.resolve("go on");
        maven("touch '" + started + "'; while [ -e '" + started + "' ] && ! [ -e '" + goOn + "' ]; do sleep 0.1; done");
        var first = gpux.start(gpux.folder(), gpux.launcher().toString(), "version");
        while (!Files.exists(started) && first.isAlive()) {
            Thread.sleep(10);
        }
        var second = gpux.start(gpux.folder(), gpux.launcher().toString(), "version");
        var waiting = second.errorReader(StandardCharsets.UTF_8);
        assertEquals("gpux: waiting for the build that another start has begun…", waiting.readLine());
        Files.createFile(goOn);
        var result = Installation.finish(first);
        assertEquals(0, result.exitCode(), result.toString());
        assertEquals(List.of(BUILDING), result.errLines());
        assertEquals(List.of(), waiting.readAllLines());
        assertEquals(0, second.waitFor());
        assertEquals(1, builds());
        assertBuilds(0);
    }

    @Test
    void aLockOfABuildThatWasKilledIsPassed() throws Exception {
        gpux.without("flock");
        Files.createDirectories(jar.getParent());
        var dead = new ProcessBuilder("sh", "-c", "exit 0").start();
        dead.waitFor();
        Files.createSymbolicLink(jar.resolveSibling("gpux.lock.pid"), Path.of(Long.toString(dead.pid())));
        var result = gpux.run("version");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(1, builds());
        assertFalse(Files.isSymbolicLink(jar.resolveSibling("gpux.lock.pid")));
    }
}
