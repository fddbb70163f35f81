package dev.gpux.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A copy of the launcher in a folder of its own, whose path has a space in it, on a machine that has only what a test
 * puts there: the tools that the launcher may use, and no Java, Maven or environment besides.
 */
final class Installation {
    /** Everything outside the shell that the launcher may start. */
    private static final List<String> TOOLS = List.of("sh", "ls", "readlink", "flock", "mkdir", "rm", "mv", "ln",
            "touch", "tail", "sleep", "find");

    private final Path folder;
    private final Path bin;
    private final Map<String, String> environment = new TreeMap<>();

    /** What a process printed and how it ended. */
    record Result(int exitCode, String out, String err) {
        List<String> errLines() {
            return err.lines().toList();
        }
    }

    Installation(Path temporary) throws IOException {
        folder = Files.createDirectories(temporary.resolve("a folder").resolve("gpux"));
        bin = Files.createDirectories(temporary.resolve("bin"));
        Files.copy(Path.of("gpux"), launcher());
        executable(launcher());
        for (var tool : TOOLS) {
            allow(tool);
        }
        // On a busy machine, what is nice to others would keep a test waiting for minutes.
        script(bin.resolve("nice"), "shift 2; exec \"$@\"");
        environment.put("PATH", bin.toString());
        environment.put("HOME", Files.createDirectories(temporary.resolve("home")).toString());
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("GPUX_AOT", "off");
    }

    private void allow(String tool) throws IOException {
        for (var place : System.getenv("PATH").split(":")) {
            var file = Path.of(place, tool);
            if (Files.isExecutable(file)) {
                script(bin.resolve(tool), "exec '" + file + "' \"$@\"");
                return;
            }
        }
    }

    Path launcher() {
        return folder.resolve("gpux");
    }

    Path folder() {
        return folder;
    }

    Path bin() {
        return bin;
    }

    Installation set(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    Installation without(String tool) throws IOException {
        Files.deleteIfExists(bin.resolve(tool));
        return this;
    }

    /**
     * Lets the launcher want another Java than the one this project needs. With a version that no real Java has,
     * nothing on the machine but the test's own can be found.
     */
    Installation wantingJava(int version) throws IOException {
        var script = Files.readString(launcher());
        if (!script.contains("\nMINIMUM=25\n")) {
            throw new IllegalStateException("the launcher has no line MINIMUM=25");
        }
        Files.writeString(launcher(), script.replace("\nMINIMUM=25\n", "\nMINIMUM=" + version + "\n"));
        return this;
    }

    /** A Java installation whose {@code java} prints its own folder, the working folder and then its arguments. */
    Path fakeJava(String name, String version) throws IOException {
        var home = folder.resolveSibling("java homes").resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), """
                IMPLEMENTOR="Nobody"
                JAVA_RUNTIME_VERSION="%1$s+9-LTS"
                JAVA_VERSION="%1$s"
                """.formatted(version));
        for (var tool : List.of("java", "javac")) {
            script(home.resolve("bin").resolve(tool), "printf '%s\\n' '" + home + "' \"$PWD\" \"$@\"");
        }
        return home;
    }

    /** Makes it a release: a jar beside the launcher and no sources. */
    Installation withJar() throws IOException {
        Files.writeString(folder.resolve("gpux.jar"), "not looked at by a fake Java");
        return this;
    }

    static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        executable(file);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Result run(String... arguments) throws Exception {
        return runFrom(folder, launcher().toString(), arguments);
    }

    Result runFrom(Path workingFolder, String command, String... arguments) throws Exception {
        return finish(start(workingFolder, command, arguments));
    }

    Process start(Path workingFolder, String command, String... arguments) throws IOException {
        var line = new ArrayList<>(List.of(command));
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line).directory(workingFolder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    static Result finish(Process process) throws Exception {
        var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
        var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
        return new Result(process.waitFor(), out.get(), err.get());
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
