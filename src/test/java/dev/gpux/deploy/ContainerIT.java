package dev.gpux.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The image of {@code deploy/Dockerfile} under the contract of the manifests: their arguments and variables, a root file
 * system that cannot be written, a user without a name, the models in {@code /mnt/models}; asked what the probes, the
 * autoscaler and clients ask.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "chroot and namespaces")
class ContainerIT {
    private static final int CPUS = 3;

    private int port;
    private Map<String, Object> container;

    @Test
    void kserveServesAGpuxfileUnderTheServicesName() throws Exception {
        var cage = Cage.of(Packaged.root());
        var models = cage.folder("/mnt/models");
        Files.copy(Path.of("GPUXfile"), models.resolve("GPUXfile"));
        Files.createDirectories(models.resolve("models"));
        for (var file : List.of("all-minilm-l6-v2-q.onnx", "all-minilm-l6-v2-q-tokenizer.json")) {
            Files.copy(Path.of(System.getProperty("gpux.models", "models"), file), models.resolve("models").resolve(file));
        }
        container = Manifests.container("kserve/runtime.yaml");
        serve(cage, "my-service", client -> {
            assertEquals(200, get(client, "/v2/models/my-service/ready").statusCode());
            var answer = post(client, "/predict/my-service", "{\"text\": \"hello world\"}");
            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("\"embedding\""), answer.body());
        });
    }

    @Test
    void theDeploymentServesABareModel() throws Exception {
        var cage = Cage.of(Packaged.root());
        Packaged.writeModel(cage.folder("/mnt/models").resolve("model.onnx"));
        container = Manifests.container("kubernetes/deployment.yaml");
        serve(cage, "", client -> {
            var metric = Manifests.<String>at(Manifests.read("kubernetes/autoscaler.yaml"), "spec", "metrics", 0, "pods",
                "metric", "name");
            var metrics = get(client, "/metrics").body();
            assertTrue(metrics.contains("\n" + metric + "{model=\"model\",version=\"1\"} 0"), metrics);
            var answer = post(client, "/v2/models/model/infer", "{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\", "
                + "\"shape\": [1, 3], \"data\": [1, 2, 3]}]}");
            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("0.66524"), answer.body());
        });
    }

    /** What is asked of a server that runs. */
    @FunctionalInterface
    private interface Questions {
        void ask(HttpClient client) throws Exception;
    }

    private void serve(Cage cage, String name, Questions questions) throws Exception {
        var file = Dockerfile.read(Path.of("deploy/Dockerfile"));
        var environment = Manifests.environment(container, CPUS);
        for (var word : file.last("ENV").words()) {
            environment.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
        }
        environment.put("PATH", System.getenv("PATH"));
        var command = new ArrayList<>(file.last("ENTRYPOINT").exec());
        Manifests.arguments(container, name, environment).forEach(argument ->
            // Any port that is free; ManifestsTest compares the ports.
            command.add(argument.startsWith("--port=") ? "--port=0" : argument));
        var builder = new ProcessBuilder(cage.command(command));
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        try (var client = HttpClient.newHttpClient(); var err = process.errorReader()) {
            port = awaitListening(err);
            for (var probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                assertEquals(200, get(client, Manifests.at(container, probe, "httpGet", "path")).statusCode(), probe);
            }
            questions.ask(client);
            // The container's first process, as the cluster ends it.
            process.descendants().filter(handle -> handle.info().command().orElse("").endsWith("java"))
                .forEach(ProcessHandle::destroy);
            assertTrue(process.waitFor(5, TimeUnit.MINUTES), "still there");
            assertEquals(0, process.exitValue(), () -> err.lines().toList().toString());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static int awaitListening(BufferedReader err) throws IOException {
        var lines = new ArrayList<String>();
        for (var line = err.readLine(); line != null; line = err.readLine()) {
            lines.add(line);
            if (line.startsWith("listening on ")) {
                assertTrue(lines.toString().contains(CPUS + " workers"), lines::toString);
                return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            }
        }
        throw new AssertionError("it does not listen: " + lines);
    }

    private HttpResponse<String> get(HttpClient client, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(HttpClient client, String path, String json)
        throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
