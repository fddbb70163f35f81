package dev.gpux.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Makes the processes of the tests start as fast as those of the launcher, which halves what all of them take together.
 * The cache is made anew for each run of the tests: Java would not notice that it belongs to another jar.
 */
final class AotCache {
    private static final long MOST_SECONDS = 600;
    private static final Optional<Path> CACHE = Optional.ofNullable(System.getProperty("gpux.aot")).map(Path::of)
        .flatMap(AotCache::make);

    private AotCache() { }

    /** What the command line of Java needs to use the cache; nothing where there is none. */
    static List<String> options() {
        // Without the last two, Java might say on stdout that the cache does not fit.
        return CACHE.map(cache -> List.of("-XX:AOTCache=" + cache, "-XX:+UseSerialGC", "-Xlog:disable",
            "-Xlog:all=error:stderr")).orElse(List.of());
    }

    private static Optional<Path> make(Path folder) {
        try {
            delete(folder);
            Files.createDirectories(folder);
            var cache = folder.resolve("gpux.aot").toAbsolutePath();
            var training = new ProcessBuilder(GpuxProcess.java(), "--enable-native-access=ALL-UNNAMED", "-Xlog:disable",
                "-XX:+UseSerialGC", "-XX:AOTCacheOutput=" + cache, "-cp", GpuxProcess.jar().toString(),
                "dev.gpux.cli.AotTraining", folder.toString()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
            training.environment().put("GPUX_HOME", folder.resolve("home").toAbsolutePath().toString());
            var process = training.start();
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return Optional.of(cache).filter(Files::exists);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
