package dev.gpux.spark;

import static dev.gpux.spark.Sentences.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example, by the command line of its README, word for word. */
final class SubmitIT {
    private static final Path README = ROOT.resolve("examples/spark/README.md");

    @TempDir
    private static Path folder;

    /** In a folder that looks like the repository; the settings are the cluster's, as its administrator writes them. */
    @Test
    void theExampleRunsAsItsReadmeSays() throws Exception {
        for (var name : new String[] {"GPUXfile", "models", "examples", "integrations"}) {
            Files.createSymbolicLink(folder.resolve(name), ROOT.resolve(name));
        }
        Files.writeString(folder.resolve("spark-defaults.conf"), """
            spark.master local[2]
            spark.task.cpus 2
            spark.ui.enabled false
            """);
        var command = new ProcessBuilder("bash", "-c", command()).directory(folder.toFile()).redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
        command.environment().merge("PATH", ROOT.resolve("integrations/spark") + ":", (path, own) -> own + path);
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().put("SPARK_CONF_DIR", folder.toString());
        command.environment().put("SPARK_HOME", System.getProperty("gpux.spark.home"));
        var process = command.start();
        var log = folder.resolve("log");
        assertTrue(process.waitFor(10, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), () -> read(log));
        assertTrue(read(log).contains("gpux: sentence-embedding on cpu, 2 threads, opened in "), () -> read(log));
        assertTrue(read(log).contains("gpux: closed 1 session"), () -> read(log));
        var said = "prints `" + read(log).lines().filter(line -> line.startsWith("gpux-spark: ")).findFirst().orElse("") + "`";
        assertTrue(Files.readString(README).replace("\n", " ").contains(said), said);
        var spark = Sentences.local();
        try {
            var vectors = spark.read().parquet(folder.resolve("vectors.parquet").toString());
            assertEquals("struct<id:bigint,sentence:string,embedding:array<float>>", vectors.schema().catalogString());
            assertEquals(6, vectors.count());
            assertEquals(384, Sentences.floats(vectors.first(), "embedding").length);
        } finally {
            spark.stop();
        }
    }

    /** The indented lines from {@code spark-submit} on. */
    private static String command() throws Exception {
        var lines = Files.readAllLines(README);
        int first = lines.indexOf(lines.stream().filter(line -> line.startsWith("    spark-submit")).findFirst().orElseThrow());
        int end = first;
        while (end < lines.size() && lines.get(end).startsWith("    ")) {
            end++;
        }
        return String.join("\n", lines.subList(first, end));
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
