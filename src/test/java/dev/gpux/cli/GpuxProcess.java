package dev.gpux.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Runs {@code java -jar target/gpux.jar …} as a real process, from the project's folder unless told otherwise. */
final class GpuxProcess {
    private static final long MOST_SECONDS = 600;

    private final List<String> arguments = new ArrayList<>();
    private final List<String> prefix = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Path folder = Path.of("").toAbsolutePath();
    private String input = "";

    /** What a process did. */
    record Result(int code, String out, String err) {
        /** For assertion messages. */
        @Override
        public String toString() {
            return "exit code " + code + "\n--- stdout\n" + out + "\n--- stderr\n" + err;
        }
    }

    static Result gpux(String... arguments) {
        return new GpuxProcess(arguments).run();
    }

    GpuxProcess(String... arguments) {
        this.arguments.addAll(List.of(arguments));
    }

    GpuxProcess in(Path folder) {
        this.folder = folder;
        return this;
    }

    GpuxProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    GpuxProcess reading(String text) {
        input = text;
        return this;
    }

    /** Has another program start it: words that go before the command. */
    GpuxProcess under(String... words) {
        prefix.addAll(List.of(words));
        return this;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static Path jar() {
        var jar = Path.of(System.getProperty("gpux.jar", "target/gpux.jar")).toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalStateException("these tests run the jar: mvn verify builds it, " + jar + " is missing");
        }
        return jar;
    }

    /** Starts the process and leaves the rest to the caller. */
    Process start() throws IOException {
        var command = new ArrayList<String>();
        if (System.getProperty("os.name").equals("Linux")) {
            // A job in the background of a script ignores Ctrl-C, and hands that on to the processes it starts.
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.addAll(prefix);
        command.addAll(List.of(java(), "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
        if (!environment.containsKey("JDK_JAVA_OPTIONS")) {
            // A test that gives options itself may not want these.
            command.addAll(AotCache.options());
        }
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    Result run() {
        try {
            var process = start();
            var out = meanwhile(() -> text(process.getInputStream()));
            var err = meanwhile(() -> text(process.getErrorStream()));
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended before it had read all, perhaps before it was given any.
            }
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("not done after " + MOST_SECONDS + " s: " + arguments);
            }
            return new Result(process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Does something at the same time, on a thread of its own: the common pool has one thread on a machine with two
     * processors, and a process whose stderr nobody reads stops.
     */
    static <T> CompletableFuture<T> meanwhile(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, work -> Thread.ofPlatform().daemon().start(work));
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
