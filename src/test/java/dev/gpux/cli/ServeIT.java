package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.engine.Tuning;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux serve} as a process. */
class ServeIT {
    private static final Path MODELS = Path.of(System.getProperty("gpux.models", "models")).toAbsolutePath();
    private static final String DIGITS = "cnn_mnist.onnx";
    private static final int THREADS = 16;

    @TempDir
    Path folder;

    @Test
    void servesTheRootExampleUntilItIsAskedToEnd() throws IOException, InterruptedException {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "signals are a matter of POSIX");
        var process = new GpuxProcess("serve", "--port", "0", "--json").start();
        try (var client = HttpClient.newHttpClient(); BufferedReader err = process.errorReader()) {
            assertTrue(err.readLine().matches(
                "serving sentence-embedding 1.0.0 on cpu.*, \\d+ workers?, batches of up to 32"));
            var listening = err.readLine();
            assertTrue(listening.matches("listening on http://127.0.0.1:\\d+"), listening);
            var url = listening.substring("listening on ".length());
            assertTrue(process.inputReader().readLine().startsWith("{\"url\":\"" + url + "\",\"models\":[{\"name\":"));
            var answer = client.send(HttpRequest.newBuilder(URI.create(url + "/predict"))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString("{\"text\":\"hello world\"}"))
                .build(), BodyHandlers.ofString());
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().contains("\"embedding\""));
            assertEquals(0, new ProcessBuilder("kill", "-TERM", String.valueOf(process.pid())).start().waitFor());
            assertEquals("ending; requests under way have 20 s", err.readLine());
            assertEquals("ended", err.readLine());
            assertTrue(process.waitFor(2, TimeUnit.MINUTES));
            assertEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    /** A GPUXfile in a folder of its own. */
    private Path model(String name, String file) throws IOException {
        var gpuxfile = Files.createDirectories(folder.resolve(name)).resolve("GPUXfile");
        return Files.writeString(gpuxfile, "name: " + name + "\nmodel: {source: " + MODELS.resolve(file) + "}\n");
    }

    /** Notes a setting beside a GPUXfile, as {@code gpux tune} does. */
    private static void tune(Path gpuxfile) throws IOException {
        new Tuning(Tuning.thisMachine(), Tuning.thisModel(Gpuxfile.read(gpuxfile), MODELS.resolve(DIGITS)),
            Optional.empty(), "cpu", 1, GraphOptimization.BASIC, false, 1, 1, 2).write(gpuxfile.getParent());
    }

    /** What {@code gpux serve} says until it listens, and the number of its threads then. */
    private record Started(List<String> lines, long threads, int ready) { }

    private Started serve(String... arguments) throws IOException, InterruptedException {
        var process = new GpuxProcess(Stream.concat(Stream.of("serve", "--port", "0", "--workers", "1", "--threads",
            String.valueOf(THREADS)), Stream.of(arguments)).toArray(String[]::new))
            // The JVM's own threads are the same from the start, and few, however many processors there are.
            .with("JDK_JAVA_OPTIONS", "-XX:ActiveProcessorCount=2 -XX:+UseSerialGC -XX:-UseDynamicNumberOfCompilerThreads")
            .start();
        try (var client = HttpClient.newHttpClient(); var err = process.errorReader()) {
            var lines = new ArrayList<String>();
            for (var line = err.readLine(); line != null; line = err.readLine()) {
                if (line.startsWith("NOTE: Picked up JDK_JAVA_OPTIONS")) {
                    continue;
                }
                lines.add(line);
                if (line.startsWith("listening on ")) {
                    var ready = client.send(HttpRequest.newBuilder(URI.create(line.substring("listening on ".length())
                        + "/v2/health/ready")).build(), BodyHandlers.discarding()).statusCode();
                    try (var threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
                        return new Started(lines, threads.count(), ready);
                    }
                }
            }
            throw new AssertionError("it does not listen: " + lines);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Sixteen threads for one model, and no more for three. */
    @Test
    void severalModelsShareThreads() throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/self/task")), "reads Linux's /proc");
        var a = model("a", DIGITS);
        var b = model("b", DIGITS);
        var c = model("c", DIGITS);
        var large = model("large", "all-minilm-l6-v2-q.onnx");
        tune(b);
        var alone = serve(a.toString());
        assertEquals(List.of("serving a on cpu, 1 worker"), alone.lines().subList(0, 1));
        var four = serve(a.toString(), b.toString(), c.toString(), large.toString(), "--model-memory", "1MB");
        assertTrue(four.threads() < alone.threads() + THREADS, four + " against " + alone);
        assertTrue(alone.threads() > THREADS, alone::toString);
        // Three fit; the fourth is said to be missing, and the server not ready.
        assertTrue(four.lines().getFirst().contains("is not served: large: the model's files have 22972370 bytes"),
            four::toString);
        assertEquals(200, alone.ready());
        assertEquals(503, four.ready());
        assertEquals(List.of("serving b on cpu, 1 worker", "note: the setting that 'gpux tune' noted in gpux.lock is not "
            + "used: threads or providers are asked for here"), four.lines().subList(2, 4));
    }

    @Test
    void saysThatItUsesWhatWasTuned() throws IOException, InterruptedException {
        var a = model("a", DIGITS);
        tune(a);
        var process = new GpuxProcess("serve", a.toString(), "--port", "0").start();
        try (var err = process.errorReader()) {
            assertTrue(err.readLine().startsWith("serving a on cpu, "));
            assertEquals("note: as tuned for this machine: cpu, 1 thread, graph level basic, no spinning (gpux.lock)",
                err.readLine());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void failsAsOtherCommandsDo() {
        assertEquals(3, GpuxProcess.gpux("serve", "nothing-here.onnx", "--port", "0").code());
        assertEquals(3, GpuxProcess.gpux("serve", "--model-dir", "nothing-here", "--port", "0").code());
        assertEquals(2, GpuxProcess.gpux("serve", "a.onnx", "--model-dir", ".", "--port", "0").code());
        assertEquals(2, GpuxProcess.gpux("serve", "--port", "99999").code());
        assertEquals(2, GpuxProcess.gpux("serve", "--model-memory", "lots").code());
        assertEquals(2, GpuxProcess.gpux("serve", "--max-per-client", "0").code());
        assertEquals(4, GpuxProcess.gpux("serve", "--port", "0", "--require", "tensorrt").code());
    }
}
