package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.store.remote.FaultyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is interrupted, lacks what processes have, or is given what is no file: never a crash or a hang. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs sh, kill, mkfifo, ulimit and /proc")
class SurroundingsIT {
    private static final int FAILED = 1;
    private static final int INVALID = 3;

    @TempDir
    Path folder;
    private StoreFolder store;
    private Path model;

    @BeforeEach
    void prepare() throws IOException {
        store = new StoreFolder(folder);
        model = folder.resolve("add.onnx");
        StoreFolder.writeAdd(model, 1, "");
    }

    private GpuxProcess.Result run(String shell, String... arguments) {
        return store.process(arguments).under("sh", "-c", shell, "sh").run();
    }

    private static void isNoCrash(GpuxProcess.Result result) {
        assertFalse(result.toString().contains("\tat ") || result.toString().contains("of GPUX itself")
            || result.toString().contains("SIG"), result::toString);
    }

    private Path fifo(String name) throws IOException, InterruptedException {
        var fifo = folder.resolve(name);
        Files.createDirectories(fifo.getParent());
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        return fifo;
    }

    /** Nothing of it is listed, and the next one brings all of it. */
    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aDownloadThatStallsIsInterrupted(String signal, int code) throws IOException, InterruptedException {
        var content = Files.readAllBytes(model);
        var begun = new CountDownLatch(1);
        try (var server = new FaultyServer()) {
            server.on("/m.onnx", e -> {
                if (e.number() > 0) {
                    e.file(content, "\"1\"");
                    return;
                }
                e.head(200, "ETag", "\"1\"");
                e.raw("Content-Length: " + content.length + "\r\n\r\n");
                e.write(content, 0, content.length / 2);
                begun.countDown();
                Thread.sleep(TimeUnit.MINUTES.toMillis(10));
            });
            var process = store.process("pull", server.uri("/m.onnx").toString()).start();
            assertTrue(begun.await(60, TimeUnit.SECONDS));
            assertEquals(0, new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor());
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(code, process.exitValue());
            assertEquals(List.of("gpux: interrupted"), process.errorReader().lines().toList());
            assertEquals(List.of(), store.names());
            store.fine("pull", server.uri("/m.onnx").toString());
            assertEquals(List.of("m:latest"), store.names());
        }
    }

    /** The number of a closed stream goes to a file of the JVM's, which it would read, and end with a crash. */
    @ParameterizedTest
    @ValueSource(strings = {"run add.onnx -i -", "load -"})
    void withoutStandardInput(String command) {
        var result = run("exec \"$@\" <&-", command.split(" "));
        StoreFolder.requireFailure(result, FAILED, List.of("standard input is closed"));
        isNoCrash(result);
    }

    @Test
    void withoutStandardOutput() throws IOException {
        var result = run("exec \"$@\" >&-", "optimize", "add.onnx", "-o", "new.onnx");
        StoreFolder.requireFailure(result, FAILED, List.of("standard output cannot be written"));
        // And not into the model.
        store.fine("run", "new.onnx", "-i", "x=[[1]]");
        // With all three closed, the number of standard output may go to something that can be written, such as /dev/null.
        int code = run("exec \"$@\" <&- >&- 2>&-", "run", "add.onnx", "-i", "x=[[1]]").code();
        assertTrue(code == FAILED || code == 0, "exit code " + code);
    }

    /**
     * Stacks are so large that at each step one thread more fits into the address space: what cannot be started are first
     * the JVM's own threads, which it says in its own words, then GPUX's.
     */
    @Test
    void withFewThreads() {
        for (int megabytes = 1400; megabytes <= 5000; megabytes += 300) {
            var result = store.process("list").with("JDK_JAVA_OPTIONS", "-Xss300m -Xmx32m -XX:+UseSerialGC "
                + "-XX:CompressedClassSpaceSize=32m -XX:ReservedCodeCacheSize=16m -XX:ErrorFile=/dev/null "
                + "-XX:-CreateCoredumpOnCrash")
                .under("sh", "-c", "ulimit -v " + megabytes * 1024 + "; exec \"$@\"", "sh").run();
            assertFalse(result.toString().contains("at dev.gpux."), result::toString);
        }
    }

    /** Blocks are of 512 bytes or 1024, depending on the shell. */
    @Test
    void aDiskThatTakesNoMore() throws IOException {
        // The library is larger than what a process may write below.
        store.fine("version");
        StoreFolder.writeAdd(folder.resolve("large.onnx"), 1, "", 400_000);
        var shell = "ulimit -f 200; exec \"$@\"";
        StoreFolder.requireFailure(run(shell, "build", "large.onnx"), FAILED, List.of("cannot write " + store.home()));
        StoreFolder.requireFailure(run(shell, "optimize", "large.onnx", "-o", "new.onnx"), FAILED,
            List.of("ONNX Runtime cannot write", "is there room"));
        assertFalse(Files.exists(folder.resolve("new.onnx")));
        store.fine("build", "large.onnx", "-q");
        StoreFolder.requireFailure(run(shell, "save", "large", "-o", "large.tar"), FAILED,
            List.of("cannot write large.tar"));
        assertFalse(Files.exists(folder.resolve("large.tar")));
    }

    @Test
    void pipesAndDevicesInPlaceOfFiles() throws IOException, InterruptedException {
        var pipe = fifo("pipe").toString();
        var gpuxfile = fifo("project/GPUXfile").toString();
        store.fails(INVALID, List.of("expected a file, found a pipe or device"), "run", gpuxfile);
        store.fails(INVALID, List.of("expected a file, found a pipe or device"), "build", gpuxfile);
        store.fails(FAILED, List.of("--ort " + pipe + " is no file"), "version", "--ort", pipe);
        store.fails(INVALID, List.of("is not a file"), "verify", "/dev/zero");
        for (var endless : List.of(pipe, "/dev/zero")) {
            var labels = Files.writeString(Files.createDirectories(folder.resolve("labels")).resolve("GPUXfile"),
                "model: ../add.onnx\npostprocess:\n  - top_k: {output: y, labels: " + endless + "}\n");
            store.fails(INVALID, List.of("GPUXfile:3:", endless + " is no file"), "run", labels.toString(), "-i",
                "x=[[1]]");
        }
    }

    /** One line stays one line: what follows the break could look like another output, or a finding. */
    @Test
    void namesWithLineBreaks() throws IOException {
        var broken = folder.resolve("broken.onnx");
        OnnxWriter.write(ModelBuilder.create().irVersion(8).opset(17)
            .input("x\nfindings    none", OnnxDataType.FLOAT, 1)
            .node("Neg", List.of("x\nfindings    none"), List.of("y\nz\r\u2028"))
            .output("y\nz\r\u2028", OnnxDataType.FLOAT, 1).build(), broken);
        var inspect = store.gpux("inspect", broken.toString());
        assertTrue(inspect.out().contains("inputs      x\\nfindings    none: float32[1]\n"), inspect::toString);
        assertTrue(inspect.out().contains("outputs     y\\nz\\r\\u2028: float32[1]\n"), inspect::toString);
        var run = store.gpux("run", broken.toString(), "-i", "{\"x\\nfindings    none\": [3]}");
        assertEquals("y\\nz\\r\\u2028  float32[1]  -3", run.out().lines().findFirst().orElse(""), run::toString);
    }

    /** Both read the file that both replace, and each finds all of one or the other. */
    @Test
    void twoProcessesMakeTheSameModel() throws IOException, InterruptedException {
        var commands = List.of(List.of("optimize", "add.onnx", "-o", "add.onnx", "-q"),
            List.of("optimize", "add.onnx", "-o", "add.onnx", "-q", "--level", "basic"));
        var processes = new Process[commands.size()];
        for (int i = 0; i < processes.length; i++) {
            processes[i] = store.process(commands.get(i).toArray(String[]::new)).start();
        }
        for (var process : processes) {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue(), () -> process.errorReader().lines().toList().toString());
        }
        assertTrue(store.fine("run", "add.onnx", "-i", "x=[[1]]", "--json").out().contains("[2.0]"));
        try (var files = Files.list(folder)) {
            assertEquals(List.of("add.onnx"), files.filter(Files::isRegularFile).map(file -> file.getFileName()
                .toString()).toList());
        }
    }
}
