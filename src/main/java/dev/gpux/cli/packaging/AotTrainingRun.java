package dev.gpux.cli.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the AOT cache of a package as the launcher makes one at home: from real runs, and tried before it is believed.
 *
 * @param runtime the Java that the package has
 * @param program its jar
 */
record AotTrainingRun(JavaRuntime runtime, Path program) {
    private static final List<String> OPTIONS = List.of("--enable-native-access=ALL-UNNAMED", "-Xlog:disable",
        "-XX:+UseSerialGC");

    void make(Path cache) throws IOException {
        var work = Files.createTempDirectory("gpux-package");
        try {
            // Counters for the compilers would make the cache larger, and a short command has no use for them.
            java(work, List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-AOTRecordTraining", "-XX:AOTCacheOutput=" + cache, "-cp", program.toString(),
                "dev.gpux.cli.AotTraining", work.toString()));
            java(work, List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache, "-XX:+VerifySharedSpaces", "-cp",
                program.toString(), "dev.gpux.cli.Main", "version"));
        } finally {
            FileTree.delete(work);
        }
    }

    private void java(Path work, List<String> arguments) throws IOException {
        var command = new ArrayList<>(List.of(runtime.java().toString()));
        command.addAll(OPTIONS);
        command.addAll(arguments);
        var output = work.resolve("output");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        // Nothing of this user's shall get in: neither a store, nor a cache, nor options for Java.
        var environment = builder.environment();
        environment.clear();
        environment.put("HOME", work.toString());
        environment.put("GPUX_HOME", work.resolve("home").toString());
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("ORT_DISABLE_TELEMETRY", "1");
        int code;
        try {
            code = builder.start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while training the AOT cache", e);
        }
        if (code != 0) {
            throw new IOException("the package's Java ended with " + code + ": "
                + new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip());
        }
    }
}
