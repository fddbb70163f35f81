package dev.gpux.ort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What another JVM, with the tests' class path, did: for what concerns a whole process.
 *
 * @param status its exit status
 * @param out what it wrote to its standard output
 * @param err what it wrote to its standard error
 */
record Jvm(int status, String out, String err) {
    private static final long MINUTES = 5;

    /** Runs {@code main}; its two outputs go to files in {@code folder}, so that neither can block it. */
    static Jvm run(Path folder, Map<String, String> environment, List<String> options, Class<?> main,
                   String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.add("-Dgpux.models=" + System.getProperty("gpux.models"));
        command.add("-XX:ErrorFile=" + folder.resolve("crash.log"));
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(Arrays.asList(arguments));
        var out = folder.resolve("out.txt");
        var err = folder.resolve("err.txt");
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // The library that this JVM has unpacked already.
        builder.environment().put("GPUX_ORT", Environment.get().library().path().toString());
        builder.environment().keySet().removeAll(List.of("ORT_DISABLE_TELEMETRY", "JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        var process = builder.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("the child did not end in " + MINUTES + " minutes; " + read(out) + read(err));
        }
        return new Jvm(process.exitValue(), read(out), read(err));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
