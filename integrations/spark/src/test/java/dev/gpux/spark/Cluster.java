package dev.gpux.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;

/** A standalone Spark cluster on loopback: a master and workers, each a JVM of its own, made of Maven's jars. */
final class Cluster implements AutoCloseable {
    private static final Path HOME = Path.of(System.getProperty("gpux.spark.home")).toAbsolutePath();
    private static final Pattern MASTER = Pattern.compile("spark://127\\.0\\.0\\.1:\\d+");

    private static final Pattern ENDED = Pattern.compile("finished with state .* exitStatus (\\d+)");

    private final List<Process> workers = new ArrayList<>();
    private final Path work;
    private Process master;
    private String url;

    /** Starts a master and, for each of {@code gpus}, a worker of one core, which believes that it has this GPU. */
    static Cluster start(Path work, String... gpus) throws Exception {
        var cluster = new Cluster(work);
        try {
            var found = new CompletableFuture<String>();
            cluster.master = cluster.spawn("master", found, List.of(), "org.apache.spark.deploy.master.Master",
                "--host", "127.0.0.1", "--port", "0", "--webui-port", "0");
            cluster.url = found.get(5, TimeUnit.MINUTES);
            for (int i = 0; i < gpus.length; i++) {
                var script = work.resolve("gpus-" + i + ".sh");
                Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"" + gpus[i] + "\"]}'\n");
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
                cluster.workers.add(cluster.spawn("worker-" + i, new CompletableFuture<>(),
                    List.of("-Dspark.worker.resource.gpu.amount=1", "-Dspark.worker.resource.gpu.discoveryScript=" + script),
                    "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0",
                    "--cores", "1", "--memory", "2g",
                    "--work-dir", work.resolve("worker-" + i).toString(), cluster.url));
            }
            return cluster;
        } catch (Exception | Error e) {
            cluster.close();
            throw e;
        }
    }

    private Cluster(Path work) {
        this.work = work;
    }

    private Process spawn(String name, CompletableFuture<String> masterUrl, List<String> properties,
                          String... main) throws IOException {
        var command = new ArrayList<String>();
        command.add(java());
        command.add("-Xmx512m");
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
        command.addAll(properties);
        command.addAll(List.of("-cp", HOME.resolve("jars") + "/*"));
        command.addAll(List.of(main));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SPARK_HOME", HOME.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var process = builder.start();
        Thread.ofPlatform().daemon().start(() -> follow(process, work.resolve(name + ".log"), masterUrl));
        return process;
    }

    private static void follow(Process process, Path log, CompletableFuture<String> masterUrl) {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
             var out = Files.newBufferedWriter(log)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                out.write(line + "\n");
                out.flush();
                var match = MASTER.matcher(line);
                if (match.find()) {
                    masterUrl.complete(match.group());
                }
            }
        } catch (IOException e) {
            // The process has ended.
        }
        masterUrl.completeExceptionally(new IOException("the master has ended; its log is " + log));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The address for {@code spark.master}. */
    String url() {
        return url;
    }

    /** The JVMs of the applications' executors, now. */
    List<ProcessHandle> executors() {
        return workers.stream().flatMap(worker -> worker.toHandle().children())
            .filter(child -> child.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend")).toList();
    }

    /** What the executors of all applications have logged so far, one text for each. */
    List<String> logs() throws IOException {
        var logs = new ArrayList<String>();
        try (var files = Files.walk(work)) {
            for (var file : files.filter(file -> file.endsWith("stderr")).toList()) {
                logs.add(Files.readString(file));
            }
        }
        return logs;
    }

    /** The exit statuses of all executors that there were, when none is left. */
    List<Integer> exitStatuses() throws Exception {
        long start = System.nanoTime();
        while (true) {
            var log = new StringBuilder();
            for (int i = 0; i < workers.size(); i++) {
                log.append(Files.readString(work.resolve("worker-" + i + ".log")));
            }
            var ended = ENDED.matcher(log).results().map(match -> Integer.valueOf(match.group(1))).toList();
            if (ended.size() == log.toString().split("Asked to launch executor").length - 1) {
                return ended;
            }
            if (System.nanoTime() - start > TimeUnit.MINUTES.toNanos(5)) {
                throw new AssertionError("executors that do not end:\n" + log);
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        for (var worker : workers) {
            worker.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
            worker.destroyForcibly();
        }
        if (master != null) {
            master.destroyForcibly();
        }
    }
}
