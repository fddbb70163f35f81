package dev.gpux.ort.library;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another JVM with the tests' class path. */
final class Child {
    private Child() {
    }

    /** What a process wrote to its two outputs, and its exit status. */
    record Result(int status, String output) {
    }

    static Process start(Class<?> main, Map<String, String> environment, List<String> prefix, List<String> options,
                         Object... arguments) throws IOException {
        var command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("GPUX_ORT");
        builder.environment().putAll(environment);
        return builder.start();
    }

    static Result run(Class<?> main, Map<String, String> environment, Object... arguments)
            throws IOException, InterruptedException {
        return finish(start(main, environment, List.of(), List.of(), arguments));
    }

    static Result finish(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("does not end; so far: " + output);
        }
        return new Result(process.exitValue(), output.strip());
    }
}
