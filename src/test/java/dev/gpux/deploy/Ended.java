package dev.gpux.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What a process did that had an environment of its own. */
record Ended(int code, String out, String err) {
    private static final long MOST_SECONDS = 600;

    static Ended of(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        return in(Path.of(""), environment, command);
    }

    static Ended in(Path folder, Map<String, String> environment, String... command)
        throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()), Ended::onThread);
        var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), Ended::onThread);
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("not done after " + MOST_SECONDS + " s: " + String.join(" ", command));
        }
        return new Ended(process.exitValue(), out.join(), err.join());
    }

    private static void onThread(Runnable task) {
        Thread.ofPlatform().daemon().start(task);
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For assertion messages. */
    @Override
    public String toString() {
        return "exit code " + code + "\n--- stdout\n" + out + "\n--- stderr\n" + err;
    }
}
