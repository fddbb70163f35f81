package dev.gpux.deploy;

import static dev.gpux.deploy.Manifests.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.cli.serve.ServeCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What can be said of {@code deploy/} without a cluster or a container engine. */
class ManifestsTest {
    /** Everything there is, so that nothing comes in unchecked; ContainerIT and PackageIT run the scripts. */
    private static final Set<String> FILES = Set.of("Dockerfile", "Dockerfile.cuda", "README.md", "rootfs.sh",
        "kserve/inferenceservice.yaml", "kserve/runtime.yaml", "kserve/runtime-cuda.yaml",
        "kubernetes/autoscaler.yaml", "kubernetes/deployment.yaml", "kubernetes/kustomization.yaml",
        "kubernetes/networkpolicy.yaml", "kubernetes/prometheus-adapter.yaml", "kubernetes/service.yaml");

    @Test
    void everyFileIsKnownToATest() throws IOException {
        try (var all = Files.walk(Path.of("deploy"))) {
            assertEquals(new TreeSet<>(FILES), all.filter(Files::isRegularFile)
                .map(file -> Path.of("deploy").relativize(file).toString().replace('\\', '/'))
                .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kserve/runtime.yaml", "kserve/runtime-cuda.yaml", "kubernetes/deployment.yaml"})
    void theCommandLineIsOneThatServeTakes(String file) throws IOException {
        var container = Manifests.container(file);
        var arguments = Manifests.arguments(container, "a-name", Manifests.environment(container, 4));
        assertEquals("serve", arguments.getFirst());
        var parsed = new CommandLine(new ServeCommand().spec())
            .parseArgs(arguments.subList(1, arguments.size()).toArray(String[]::new));
        assertEquals(Path.of("/mnt/models"), parsed.matchedOptionValue("--model-dir", null));
        assertEquals("0.0.0.0", parsed.matchedOptionValue("--host", null));
        int port = at(container, "ports", 0, "containerPort");
        assertEquals(port, parsed.<Integer>matchedOptionValue("--port", 0));
        for (var probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertEquals(port, Manifests.<Integer>at(container, probe, "httpGet", "port"), probe);
        }
        assertEquals("-XX:ActiveProcessorCount=4", Manifests.environment(container, 4).get("JDK_JAVA_OPTIONS"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kserve/runtime.yaml", "kserve/runtime-cuda.yaml", "kubernetes/deployment.yaml"})
    void theContainerMayDoNothingThatItNeedNot(String file) throws IOException {
        var security = Manifests.<Map<String, Object>>at(Manifests.container(file), "securityContext");
        assertEquals(Map.of("runAsNonRoot", true, "allowPrivilegeEscalation", false, "privileged", false,
            "readOnlyRootFilesystem", true, "capabilities", Map.of("drop", List.of("ALL")),
            "seccompProfile", Map.of("type", "RuntimeDefault")), security);
        var resources = Manifests.<Map<String, Object>>at(Manifests.container(file), "resources");
        assertEquals(Manifests.<Object>at(resources, "requests"), at(resources, "limits"), "so that none is evicted");
    }

    @Test
    void endingTakesLessThanTheClusterWaits() throws IOException {
        assertEnds("kserve/runtime.yaml", at(Manifests.read("kserve/inferenceservice.yaml"), "spec", "predictor",
            "terminationGracePeriodSeconds"));
        assertEnds("kserve/runtime-cuda.yaml", at(Manifests.read("kserve/inferenceservice.yaml"), "spec", "predictor",
            "terminationGracePeriodSeconds"));
        assertEnds("kubernetes/deployment.yaml",
            at(Manifests.pod("kubernetes/deployment.yaml"), "terminationGracePeriodSeconds"));
    }

    private static void assertEnds(String file, int patience) throws IOException {
        var container = Manifests.container(file);
        int sleep = at(container, "lifecycle", "preStop", "sleep", "seconds");
        int grace = Manifests.arguments(container, "x", Map.of()).stream().filter(word -> word.startsWith("--grace="))
            .mapToInt(word -> Integer.parseInt(word.substring("--grace=".length()))).findFirst().orElseThrow();
        assertTrue(sleep + grace < patience, () -> file + ": " + sleep + " s + " + grace + " s, of " + patience);
    }

    @Test
    void whatNamesAnotherNamesOneThatIsThere() throws IOException {
        var deployment = Manifests.read("kubernetes/deployment.yaml");
        var labels = Manifests.<Object>at(deployment, "spec", "template", "metadata", "labels");
        assertEquals(labels, at(deployment, "spec", "selector", "matchLabels"));
        var service = Manifests.read("kubernetes/service.yaml");
        assertEquals(labels, at(service, "spec", "selector"));
        var port = Manifests.<Object>at(Manifests.container("kubernetes/deployment.yaml"), "ports", 0, "containerPort");
        assertEquals(port, at(service, "spec", "ports", 0, "targetPort"));
        var policy = Manifests.read("kubernetes/networkpolicy.yaml");
        assertEquals(labels, at(policy, "spec", "podSelector", "matchLabels"));
        assertEquals(port, at(policy, "spec", "ingress", 0, "ports", 0, "port"));
        var target = Manifests.<Map<String, Object>>at(Manifests.read("kubernetes/autoscaler.yaml"), "spec",
            "scaleTargetRef");
        for (var key : List.of("apiVersion", "kind")) {
            assertEquals(deployment.get(key), target.get(key));
        }
        assertEquals(Manifests.<Object>at(deployment, "metadata", "name"), target.get("name"));
        assertFalse(Manifests.<Map<String, Object>>at(deployment, "spec").containsKey("replicas"),
            "they would fight with the autoscaler at every apply");
        for (var mount : List.of(Manifests.<Map<String, Object>>at(Manifests.container("kubernetes/deployment.yaml"),
                "volumeMounts", 0))) {
            assertEquals(mount.get("name"), at(Manifests.pod("kubernetes/deployment.yaml"), "volumes", 0, "name"));
            assertEquals("/mnt/models", mount.get("mountPath"));
        }
        var predictor = Manifests.<Object>at(Manifests.read("kserve/inferenceservice.yaml"), "spec", "predictor", "model");
        var runtime = Manifests.read("kserve/runtime.yaml");
        assertEquals(Manifests.<Object>at(runtime, "metadata", "name"), at(predictor, "runtime"));
        assertEquals(Manifests.<Object>at(predictor, "modelFormat", "name"),
            at(runtime, "spec", "supportedModelFormats", 0, "name"));
        assertEquals(Manifests.<Object>at(predictor, "protocolVersion"), at(runtime, "spec", "protocolVersions", 0));
    }

    @Test
    void theAutoscalersMetricIsWhatTheAdapterGives() throws IOException {
        var metric = Manifests.<String>at(Manifests.read("kubernetes/autoscaler.yaml"), "spec", "metrics", 0, "pods",
            "metric", "name");
        var rule = Manifests.<Map<String, Object>>at(Manifests.read("kubernetes/prometheus-adapter.yaml"), "rules",
            "custom", 0);
        assertEquals(metric, at(rule, "name", "as"));
        assertTrue(Manifests.<String>at(rule, "seriesQuery").startsWith(metric + "{"));
    }

    @Test
    void theKustomizationHasEveryManifest() throws IOException {
        var expected = FILES.stream().filter(file -> file.startsWith("kubernetes/"))
            .map(file -> file.substring("kubernetes/".length())).collect(Collectors.toCollection(TreeSet::new));
        expected.removeAll(Set.of("kustomization.yaml", "prometheus-adapter.yaml"));
        assertEquals(expected, new TreeSet<>(Manifests.<List<String>>at(
            Manifests.read("kubernetes/kustomization.yaml"), "resources")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile", "Dockerfile.cuda"})
    void theDockerfileIsAsItShouldBe(String name) throws IOException {
        var file = Dockerfile.read(Path.of("deploy", name));
        assertTrue(file.last("USER").rest().matches("[1-9]\\d*:[1-9]\\d*"), "numbers, which Kubernetes can check");
        var serve = file.last("CMD").exec();
        new CommandLine(new ServeCommand().spec()).parseArgs(serve.subList(1, serve.size()).toArray(String[]::new));
        assertTrue(serve.contains("--port=" + file.last("EXPOSE").rest()));
        assertEquals(Dockerfile.read(Path.of("deploy/Dockerfile")).last("ENTRYPOINT"), file.last("ENTRYPOINT"));
        assertTrue(file.stage(-1).stream().noneMatch(instruction -> instruction.word().equals("RUN")));
        var allowed = Files.readAllLines(Path.of(".dockerignore"));
        for (var instruction : file.instructions()) {
            switch (instruction.word()) {
                case "FROM" -> assertTrue(instruction.rest().equals("scratch")
                    || instruction.rest().matches("[a-z/-]+:[\\w.-]+( AS build)?"), "a version: " + instruction);
                case "COPY" -> {
                    var words = instruction.words();
                    if (words.getFirst().startsWith("--from=")) {
                        assertTrue(words.get(0).equals("--from=build") && words.get(1).startsWith("/build/"));
                    } else {
                        words.subList(0, words.size() - 1).forEach(source ->
                            assertTrue(allowed.contains("!" + source), () -> source + " is not let in by .dockerignore"));
                    }
                }
                default -> assertFalse(instruction.word().equals("ADD"), "COPY says what it does");
            }
        }
    }

    /** Who starts Java without the launcher must give it what the launcher gives long commands. */
    @Test
    void theEntryPointHasTheLaunchersOptions() throws IOException {
        var launcher = Files.readString(Path.of("gpux"));
        int start = launcher.indexOf("\noptions='-Xlog");
        var options = launcher.substring(launcher.indexOf('\'', start) + 1, launcher.indexOf("'\n", start + 12))
            .split("\\s+");
        var entry = new ArrayList<>(Dockerfile.read(Path.of("deploy/Dockerfile")).last("ENTRYPOINT").exec());
        assertEquals("/opt/gpux/jre/bin/java", entry.removeFirst());
        assertEquals(List.of(options), entry.subList(0, options.length));
        assertEquals(List.of("-XX:AOTCache=/opt/gpux/lib/gpux.aot", "-cp", "/opt/gpux/lib/gpux.jar",
            "dev.gpux.cli.Main"), entry.subList(options.length, entry.size()));
        assertTrue(launcher.contains("export ORT_DISABLE_TELEMETRY=1"));
        assertTrue(Dockerfile.read(Path.of("deploy/Dockerfile")).last("ENV").rest().contains("ORT_DISABLE_TELEMETRY=1"));
    }
}
