package dev.gpux.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which Java the launcher takes. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "gpux is a Unix shell script")
class FindJavaTest {
    @TempDir
    private Path temporary;

    private Installation gpux;

    @BeforeEach
    void install() throws IOException {
        gpux = new Installation(temporary).withJar();
    }

    private void assertTakes(Path home) throws Exception {
        var result = gpux.run("version");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(home.toString(), result.out().lines().findFirst().orElseThrow());
        assertEquals("", result.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.3", "25-ea", "26.0.1", "100"})
    void javaHomeIsTaken(String version) throws Exception {
        var home = gpux.fakeJava("jdk", version);
        gpux.set("JAVA_HOME", home);
        assertTakes(home);
    }

    @ParameterizedTest
    @ValueSource(strings = {"17.0.15", "1.8.0_452", "24.0.2", ""})
    void aJavaHomeThatIsTooOldIsPassedOverForTheOneOnPath(String version) throws Exception {
        gpux.set("JAVA_HOME", gpux.fakeJava("old", version));
        var home = gpux.fakeJava("new", "25.0.3");
        gpux.set("PATH", home.resolve("bin") + ":" + gpux.bin());
        assertTakes(home);
    }

    @Test
    void aJavaHomeThatIsNotThereIsPassedOver() throws Exception {
        gpux.set("JAVA_HOME", temporary.resolve("gone"));
        var home = gpux.fakeJava("new", "25.0.3");
        gpux.set("PATH", home.resolve("bin") + ":" + gpux.bin());
        assertTakes(home);
    }

    @Test
    void linksOnPathAreFollowed() throws Exception {
        gpux.wantingJava(90);
        var home = gpux.fakeJava("far away", "91.0.1");
        var alternatives = Files.createDirectories(temporary.resolve("alternatives"));
        Files.createSymbolicLink(alternatives.resolve("java"), home.resolve("bin").resolve("java"));
        Files.createSymbolicLink(gpux.bin().resolve("java"), Path.of("../alternatives/java"));
        assertTakes(home);
    }

    @ParameterizedTest
    @ValueSource(strings = {".jdks/openjdk-91", ".sdkman/candidates/java/91-tem", ".asdf/installs/java/temurin-91"})
    void theFoldersOfPopularInstallersAreSearched(String place) throws Exception {
        gpux.wantingJava(90);
        var home = temporary.resolve("home").resolve(place);
        Files.createDirectories(home.getParent());
        Files.move(gpux.fakeJava("installed", "91"), home);
        var result = gpux.run("version");
        assertEquals(0, result.exitCode(), result.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bin/java"})
    void gpuxJavaMayBeAFolderOrAJava(String file) throws Exception {
        gpux.set("JAVA_HOME", gpux.fakeJava("other", "25"));
        var home = gpux.fakeJava("chosen", "25");
        gpux.set("GPUX_JAVA", home.resolve(file));
        assertTakes(home);
    }

    @Test
    void whatIsAskedForAndUnusableIsNotReplacedSilently() throws Exception {
        gpux.set("JAVA_HOME", gpux.fakeJava("good", "25"));
        gpux.set("GPUX_JAVA", gpux.fakeJava("old", "21.0.1"));
        assertOneLine(List.of("GPUX_JAVA", "25"));
    }

    @Test
    void noneAtAllIsOneLineThatSaysWhatToInstall() throws Exception {
        gpux.wantingJava(90);
        gpux.set("JAVA_HOME", gpux.fakeJava("old", "89"));
        assertOneLine(List.of("install a JDK 90", "JAVA_HOME"));
    }

    private void assertOneLine(List<String> words) throws Exception {
        var result = gpux.run("version");
        assertEquals(1, result.exitCode());
        assertEquals("", result.out());
        assertEquals(1, result.errLines().size(), result.err());
        for (var word : words) {
            assertTrue(result.err().contains(word), result.err());
        }
    }

    @Test
    void aStartWithAJavaHomeStartsNoOtherProgram() throws Exception {
        var home = gpux.fakeJava("jdk", "25");
        gpux.set("JAVA_HOME", home);
        gpux.set("PATH", temporary.resolve("nothing"));
        assertFalse(Files.exists(temporary.resolve("nothing")));
        var result = gpux.runFrom(gpux.folder(), "/bin/sh", gpux.launcher().toString(), "version");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("", result.err());
    }
}
