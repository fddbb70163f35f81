package dev.gpux.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** jextract.sh lets nothing into the bindings that is not pinned, and the committed bindings are its output. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "jextract.sh is a Unix shell script")
class JextractScriptTest {
    private static final Path UPSTREAM = Path.of("native-headers/upstream");
    private static final String API = "onnxruntime_c_api.h";

    /** A copy of what the script works on, so that a test cannot harm the checkout. */
    @TempDir
    private Path project;

    private record Result(int exitCode, String output) {}

    @BeforeEach
    void copyProject() throws IOException {
        copy(Path.of("jextract.sh"), project.resolve("jextract.sh"));
        copy(Path.of("native-headers/SHA256SUMS"), project.resolve("native-headers/SHA256SUMS"));
    }

    @Test
    void theCommittedBindingsAreWhatJextractMakesOfTheHeaders() throws Exception {
        assumeTrue(System.getenv("JEXTRACT") != null, "JEXTRACT does not name a jextract executable");
        UpstreamHeaders.require();
        var result = run(Path.of("").toAbsolutePath(), Map.of(), "--check");
        assertEquals(0, result.exitCode(), result.output());
    }

    @Test
    void checkNamesAFileThatDiffers() throws Exception {
        assumeTrue(System.getenv("JEXTRACT") != null, "JEXTRACT does not name a jextract executable");
        UpstreamHeaders.require();
        copy(Path.of("native-headers"), project.resolve("native-headers"));
        var bindings = Path.of("src/generated/java/dev/gpux/ffi");
        copy(bindings, project.resolve(bindings));
        var edited = project.resolve(bindings).resolve("OrtApiBase.java");
        Files.writeString(edited, "// edited\n", StandardOpenOption.APPEND);
        var result = run(project, Map.of(), "--check");
        assertEquals(1, result.exitCode(), result.output());
        assertTrue(result.output().contains("OrtApiBase.java"), result.output());
        assertTrue(Files.readString(edited).endsWith("// edited\n"), "--check must not write");
    }

    @Test
    void pinnedHeadersAreFetched() throws Exception {
        UpstreamHeaders.require();
        copy(UPSTREAM, project.resolve("headers"));
        var result = run(project, Map.of(), "--fetch", "--headers", "headers");
        assertEquals(0, result.exitCode(), result.output());
        assertEquals(-1, Files.mismatch(UPSTREAM.resolve(API), project.resolve(UPSTREAM).resolve(API)));
    }

    @Test
    void aChangedHeaderIsRefused() throws Exception {
        UpstreamHeaders.require();
        copy(UPSTREAM, project.resolve("headers"));
        Files.writeString(project.resolve("headers").resolve(API), "\n", StandardOpenOption.APPEND);
        var result = run(project, Map.of(), "--fetch", "--headers", "headers");
        assertRefused(result, API + " is not the pinned file");
        assertFalse(Files.exists(project.resolve(UPSTREAM)));
    }

    @Test
    void aMissingHeaderIsRefused() throws Exception {
        Files.createDirectory(project.resolve("headers"));
        assertRefused(run(project, Map.of(), "--fetch", "--headers", "headers"), "has no ");
    }

    @Test
    void aFileThatNoHashPinsIsRefused() throws Exception {
        UpstreamHeaders.require();
        copy(UPSTREAM, project.resolve(UPSTREAM));
        Files.writeString(project.resolve(UPSTREAM).resolve("specstrings.h"), "");
        assertRefused(run(project, Map.of(), "--fetch"), "specstrings.h is not listed");
    }

    @Test
    void withoutJextractItSaysWhereToGetIt() throws Exception {
        UpstreamHeaders.require();
        copy(UPSTREAM, project.resolve(UPSTREAM));
        var result = run(project, Map.of("JEXTRACT", "", "PATH", "/usr/bin:/bin"));
        assertRefused(result, "set JEXTRACT to the path of its executable");
    }

    @Test
    void anUnknownOptionIsAUsageError() throws Exception {
        assertRefused(run(project, Map.of(), "--update"), "Usage: ./jextract.sh");
    }

    private static void assertRefused(Result result, String because) {
        assertEquals(2, result.exitCode(), result.output());
        assertTrue(result.output().contains(because), result.output());
    }

    private static Result run(Path project, Map<String, String> environment, String... options) throws Exception {
        var command = new ArrayList<>(List.of("bash", project.resolve("jextract.sh").toString()));
        command.addAll(List.of(options));
        var builder = new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private static void copy(Path source, Path target) throws IOException {
        try (var paths = Files.walk(source)) {
            for (var path : paths.toList()) {
                var copy = target.resolve(source.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.createDirectories(copy.getParent());
                    Files.write(copy, Files.readAllBytes(path));
                }
            }
        }
    }
}
