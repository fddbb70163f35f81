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

/** What the launcher passes on to Java, and that nothing gets lost on the way there and back. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "gpux is a Unix shell script")
class StartTest {
    private static final String ONE_COMPILER = "-XX:TieredStopAtLevel=1";
    private static final String SERIAL = "-XX:+UseSerialGC";

    @TempDir
    private Path temporary;

    private Installation gpux;

    @BeforeEach
    void install() throws IOException {
        gpux = new Installation(temporary).withJar();
        gpux.set("JAVA_HOME", gpux.fakeJava("jdk", "25"));
    }

    /** The arguments that Java got. */
    private List<String> java(String... arguments) throws Exception {
        var result = gpux.run(arguments);
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("", result.err());
        return result.out().lines().skip(2).toList();
    }

    @Test
    void argumentsArriveUnchanged() throws Exception {
        var given = new String[] {"run", "", "a b", "*", "$HOME", "'", "\"x\"", "\\n", "héllo 世界", "-i", "x=[[1, 2]]"};
        var java = java(given);
        assertEquals(List.of(given), java.subList(java.size() - given.length, java.size()));
        assertEquals(List.of("-cp", gpux.folder().resolve("gpux.jar").toString(), "dev.gpux.cli.Main"),
            java.subList(java.size() - given.length - 3, java.size() - given.length));
    }

    /** Java would use the numbers of closed streams for its own files. */
    @Test
    void closedStreamsStayClosedAndTheirNumbersTaken() throws Exception {
        var jdk = gpux.fakeJava("open", "25");
        var seen = temporary.resolve("seen");
        Installation.script(jdk.resolve("bin").resolve("java"), """
            seen() { echo "$1" >>'%s'; }
            true 3<&0 && seen 0
            true 3>&1 && seen 1
            true 3>&2 && seen 2
            read -r line || seen "no input"
            echo line || seen "no output"
            echo line >&2 || seen "no error"
            """.formatted(seen));
        var builder = new ProcessBuilder("sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh",
            gpux.launcher().toString(), "list");
        builder.environment().clear();
        builder.environment().put("PATH", gpux.bin().toString());
        builder.environment().put("HOME", temporary.toString());
        builder.environment().put("GPUX_AOT", "off");
        builder.environment().put("GPUX_JAVA", jdk.toString());
        builder.start().waitFor();
        assertEquals(List.of("0", "1", "2", "no input", "no output", "no error"), Files.readAllLines(seen));
    }

    /** Java would take the folder's name for two. */
    @Test
    void aFolderWithAColonIsNoClassPath() throws Exception {
        var odd = Files.createDirectories(temporary.resolve("a:b"));
        var jar = Files.copy(gpux.folder().resolve("gpux.jar"), odd.resolve("gpux.jar"));
        gpux.set("GPUX_JAR", jar);
        var java = java("run");
        assertEquals(List.of("-jar", jar.toString(), "run"), java.subList(java.size() - 3, java.size()));
    }

    @Test
    void theWorkingFolderIsThePersons() throws Exception {
        var elsewhere = Files.createDirectories(temporary.resolve("else where"));
        var result = gpux.runFrom(elsewhere, gpux.launcher().toString(), "version");
        assertEquals(elsewhere.toRealPath().toString(), result.out().lines().skip(1).findFirst().orElseThrow());
    }

    @Test
    void aLinkToALinkToTheLauncherStartsIt() throws Exception {
        var bin = Files.createDirectories(temporary.resolve("home").resolve("bin"));
        Files.createSymbolicLink(bin.resolve("first"), temporary.resolve("second"));
        Files.createSymbolicLink(temporary.resolve("second"), Path.of("a folder/gpux/gpux"));
        var result = gpux.runFrom(bin, "./first", "version");
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains(gpux.folder().toRealPath().resolve("gpux.jar").toString()), result.out());
    }

    @Test
    void theJarMayLieInLib() throws Exception {
        var jar = Files.createDirectories(gpux.folder().resolve("lib")).resolve("gpux.jar");
        Files.move(gpux.folder().resolve("gpux.jar"), jar);
        assertTrue(java("version").contains(jar.toString()));
    }

    @Test
    void neitherJarNorSourcesIsOneLine() throws Exception {
        Files.delete(gpux.folder().resolve("gpux.jar"));
        var result = gpux.run("version");
        assertEquals(1, result.exitCode());
        assertEquals(1, result.errLines().size(), result.err());
        assertTrue(result.err().contains("gpux.jar"), result.err());
    }

    @Test
    void everyStartMayCallNativeCodeAndWritesUtf8() throws Exception {
        for (var command : List.of("run", "serve")) {
            assertTrue(java(command).containsAll(List.of("--enable-native-access=ALL-UNNAMED",
                    "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8")), command);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "inspect", "version", "--help"})
    void aShortCommandGetsTheJavaThatStartsFastest(String command) throws Exception {
        assertTrue(java(command).containsAll(List.of(ONE_COMPILER, SERIAL)));
    }

    @Test
    void noCommandAtAllIsShort() throws Exception {
        assertTrue(java().contains(ONE_COMPILER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "bench", "quantize", "a-command-of-tomorrow"})
    void aLongCommandGetsTheJavaThatRunsFastest(String command) throws Exception {
        var java = java(command);
        assertFalse(java.contains(ONE_COMPILER));
        assertFalse(java.contains(SERIAL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "@lines.ndjson", "@lines.jsonl", "image=@pictures"})
    void aRunOverManyInputsIsLong(String input) throws Exception {
        Files.createDirectories(gpux.folder().resolve("pictures"));
        Files.createFile(gpux.folder().resolve("picture.png"));
        assertFalse(java("run", "-i", input).contains(ONE_COMPILER));
        assertTrue(java("run", "-i", "image=@picture.png").contains(ONE_COMPILER));
    }

    @Test
    void thePersonsOptionsComeLastBeforeTheJar() throws Exception {
        gpux.set("GPUX_JAVA_OPTS", " -Xmx1g  -Dpattern=* ");
        var java = java("run");
        int first = java.indexOf("-Xmx1g");
        assertEquals(List.of("-Xmx1g", "-Dpattern=*", "-cp"), java.subList(first, first + 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GPUX_JAVA_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"})
    void thePersonsCollectorIsTheOnlyOne(String variable) throws Exception {
        gpux.set(variable, "-Xmx1g -XX:+UseZGC");
        assertFalse(java("run").contains(SERIAL));
    }
}
