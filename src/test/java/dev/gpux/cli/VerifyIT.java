package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.GraphBuilder;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** {@code gpux verify} as people run it. */
class VerifyIT {
    private static final int CHECK_FAILED = 5;
    private static final int INVALID = 3;

    @TempDir
    Path folder;

    /** A case of y = −x with these numbers. */
    private Path negation(String name, float x, float y) throws IOException {
        var set = Files.createDirectories(folder.resolve(name).resolve("test_data_set_0"));
        OnnxWriter.write(ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, 1)
            .node("Neg", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT, 1).build(),
            folder.resolve(name).resolve("model.onnx"));
        Files.write(set.resolve("input_0.pb"), tensor(x));
        Files.write(set.resolve("output_0.pb"), tensor(y));
        return folder.resolve(name);
    }

    /** A TensorProto of shape [1]: dims = 1, data_type = FLOAT, raw_data. */
    private static byte[] tensor(float value) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0x08, 1, 0x10, 1, 0x4A, Float.BYTES});
        bytes.writeBytes(ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
        return bytes.toByteArray();
    }

    @Test
    void runsTheTestsOfTheGpuxfileHere() {
        var result = GpuxProcess.gpux("verify");
        assertEquals(0, result.code(), result::toString);
        assertEquals(List.of("passed  sentence-embedding/hello world", "1 passed, 0 failed, 0 skipped"),
            result.out().lines().toList());
    }

    @Test
    void aTestThatDoesNotHoldIsExitCode5() throws IOException {
        negation("neg", 1, -1);
        var file = Files.writeString(folder.resolve("neg/GPUXfile"), """
            model: model.onnx
            tests:
              - {name: right, input: {x: [2]}, expect: {y: [-2]}}
              - {name: wrong, input: {x: [2]}, expect: {y: [2]}}
            """);
        var result = GpuxProcess.gpux("verify", file.toString());
        assertEquals(CHECK_FAILED, result.code(), result::toString);
        assertTrue(result.out().contains("/right\n") && result.out().contains("/wrong: y"), result::toString);
        assertTrue(result.out().endsWith("1 passed, 1 failed, 0 skipped\n"), result::toString);
    }

    @Test
    void runsReferenceCasesBelowAFolderWithinATolerance() throws IOException {
        negation("a", 2, -2);
        negation("b", 2, -2.001f);
        negation("c", 2, -3);
        var result = GpuxProcess.gpux("verify", folder.toString(), "--json");
        assertEquals(CHECK_FAILED, result.code(), result::toString);
        assertEquals("{\"summary\":{\"passed\":2,\"failed\":1,\"skipped\":0},\"cases\":["
            + "{\"name\":\"a\",\"status\":\"passed\"},{\"name\":\"b\",\"status\":\"passed\"},"
            + "{\"name\":\"c\",\"status\":\"failed\",\"detail\":\"y: 1 of 1 numbers differ, most at 0: -2, expected -3\"}]}"
            + "\n", result.out());
        assertEquals(CHECK_FAILED, GpuxProcess.gpux("verify", folder.resolve("b").toString(), "--rtol", "0").code());
        assertEquals(0, GpuxProcess.gpux("verify", folder.resolve("c").toString(), "--atol", "1").code());
    }

    @Test
    void aModelThatDoesNotLoadFails() throws IOException {
        var broken = negation("broken", 1, -1);
        Files.writeString(broken.resolve("model.onnx"), "nothing");
        var result = GpuxProcess.gpux("verify", broken.toString());
        assertEquals(CHECK_FAILED, result.code(), result::toString);
        assertTrue(result.out().contains("failed  broken: it does not load"), result::toString);
    }

    @Test
    void saysWhatIsWrongWithTheArguments() {
        var empty = GpuxProcess.gpux("verify", folder.toString());
        assertEquals(INVALID, empty.code(), empty::toString);
        assertTrue(empty.err().contains("neither a GPUXfile nor reference cases"), empty::toString);
        var missing = GpuxProcess.gpux("verify", folder.resolve("nowhere").toString());
        assertEquals(INVALID, missing.code(), missing::toString);
        var tolerance = GpuxProcess.gpux("verify", "--rtol", "-1");
        assertEquals(2, tolerance.code(), tolerance::toString);
    }

    @Test
    void writesJunitXml() throws Exception {
        negation("good", 2, -2);
        negation("<bad>", 2, 2);
        var file = folder.resolve("results.xml");
        var result = GpuxProcess.gpux("verify", "-q", folder.toString(), "--junit", file.toString());
        assertEquals(CHECK_FAILED, result.code(), result::toString);
        var suite = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile())
            .getDocumentElement();
        assertEquals("2 1 0", suite.getAttribute("tests") + " " + suite.getAttribute("failures") + " "
            + suite.getAttribute("skipped"));
        var cases = suite.getElementsByTagName("testcase");
        assertEquals("<bad>", ((Element) cases.item(0)).getAttribute("name"));
        assertEquals("good", ((Element) cases.item(1)).getAttribute("name"));
        assertEquals("y: 1 of 1 numbers differ, most at 0: -2, expected 2",
            ((Element) suite.getElementsByTagName("failure").item(0)).getAttribute("message"));
    }

    @Test
    void namesCasesByTheirFolderAndTakesModelsOfAnyName() throws IOException {
        var zoo = negation("vision/resnet", 2, -2);
        Files.move(zoo.resolve("model.onnx"), zoo.resolve("resnet-7.onnx"));
        var more = Files.createDirectories(zoo.resolve("test_data_set_1"));
        Files.write(more.resolve("input_0.pb"), tensor(3));
        Files.write(more.resolve("output_0.pb"), tensor(4));
        Files.createDirectory(zoo.resolve("test_data_set_2"));
        var surplus = negation("surplus", 1, -1);
        Files.write(surplus.resolve("test_data_set_0/output_1.pb"), tensor(3));
        var result = GpuxProcess.gpux("verify", folder.toString());
        assertEquals(List.of("failed  surplus: " + surplus.resolve("test_data_set_0/output_1.pb")
                + ": the model has only 1 outputs", "passed  vision/resnet/test_data_set_0",
            "failed  vision/resnet/test_data_set_1: y: 1 of 1 numbers differ, most at 0: -3, expected 4",
            "skipped  vision/resnet/test_data_set_2: there is no output_0.pb", "1 passed, 2 failed, 1 skipped"),
            result.out().lines().toList(), result::toString);
    }

    /** A case whose run has no end. */
    private void endless(String name) throws IOException {
        var set = Files.createDirectories(folder.resolve(name).resolve("test_data_set_0"));
        var body = GraphBuilder.create("body").input("i", OnnxDataType.INT64).input("go", OnnxDataType.BOOL)
            .input("v", OnnxDataType.FLOAT, 1).node("Identity", List.of("go"), List.of("goOn"))
            .node("Neg", List.of("v"), List.of("w")).output("goOn", OnnxDataType.BOOL)
            .output("w", OnnxDataType.FLOAT, 1).build();
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1)
            .initializer("rounds", new long[0], Long.MAX_VALUE)
            .node("Loop", List.of("rounds", "", "x"), List.of("y"), Attribute.of("body", body))
            .output("y", OnnxDataType.FLOAT, 1).build(), folder.resolve(name).resolve("model.onnx"));
        Files.write(set.resolve("input_0.pb"), tensor(1));
        Files.write(set.resolve("output_0.pb"), tensor(1));
    }

    @Test
    void anEndlessCaseIsAFailureInItsOwnProcess() throws IOException {
        negation("a", 2, -2);
        endless("b");
        negation("c", 2, -2);
        var temporary = Files.createDirectory(folder.resolve("tmp"));
        // On a slow machine a process does not even begin in two seconds.
        int seconds = 2;
        var result = verifyWithin(seconds, temporary);
        while (!result.out().startsWith("passed  a\n") && seconds < 100) {
            seconds *= 3;
            result = verifyWithin(seconds, temporary);
        }
        try (var left = Files.list(temporary)) {
            assertEquals(List.of(), left.filter(file -> file.toString().endsWith(".log")).toList());
        }
        assertEquals(List.of("passed  a", "failed  b: not done after " + seconds + " s; its process was ended", "passed  c",
            "2 passed, 1 failed, 0 skipped"), result.out().lines().toList(), result::toString);
        assertEquals(2, GpuxProcess.gpux("verify", "--isolate", "--timeout", "0", folder.toString()).code());
    }

    private GpuxProcess.Result verifyWithin(int seconds, Path temporary) {
        return new GpuxProcess("verify", "--isolate", "--timeout", String.valueOf(seconds), "--jobs", "1",
            folder.toString()).with("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary).run();
    }

    @Test
    void aCrashIsAFailureOfTheCaseInFlight() throws Exception {
        negation("a", 2, -2);
        endless("b");
        negation("c", 2, -2);
        // The worker is in the endless case when it has used more time than it takes to get there.
        int seconds = 2;
        var out = crashAfter(seconds);
        while (!out.startsWith("passed  a\n") && seconds < 100) {
            seconds *= 3;
            out = crashAfter(seconds);
        }
        var lines = out.lines().toList();
        assertEquals("passed  a, passed  c", lines.get(0) + ", " + lines.get(2), out);
        assertTrue(lines.get(1).startsWith("failed  b: its process ended with exit code 1, it crashed: SIGSEGV"), out);
    }

    /** What verify says if its worker crashes when that has used so much of the processor's time. */
    private String crashAfter(int seconds) throws IOException, InterruptedException {
        var process = new GpuxProcess("verify", "--isolate", "--jobs", "1", "--timeout", "300", "--rtol", "0.01",
            folder.toString()).start();
        var worker = worker(process, seconds);
        while (worker.isEmpty()) {
            assertTrue(process.isAlive());
            Thread.sleep(50);
            worker = worker(process, seconds);
        }
        assertEquals(0, new ProcessBuilder("kill", "-SEGV", String.valueOf(worker.get().pid())).start().waitFor());
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(CHECK_FAILED, process.waitFor());
        return out;
    }

    private static Optional<ProcessHandle> worker(Process verify, int seconds) {
        return verify.descendants().filter(process -> process.info().commandLine().orElse("").contains("--worker")
            && process.info().totalCpuDuration().orElse(Duration.ZERO).toSeconds() >= seconds).findFirst();
    }

    private String random() throws IOException {
        var file = folder.resolve("random.onnx");
        OnnxWriter.write(ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, "n", 4)
            .node("RandomNormalLike", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT, "n", 4).build(), file);
        return file.toString();
    }

    /** The CPU against itself stands for two providers: it must agree, but for a model that throws dice. */
    @Test
    void comparesProviders() throws IOException {
        var same = GpuxProcess.gpux("verify", "--compare", "cpu,cpu");
        assertEquals(0, same.code(), same::toString);
        assertEquals(List.of("passed  sentence-embedding/hello world on cpu against cpu: the same numbers",
            "1 passed, 0 failed, 0 skipped"), same.out().lines().toList());
        // The reference has thrown for the second one already when it is compared with the third.
        var dice = GpuxProcess.gpux("verify", random(), "--compare", "cpu,cpu,cpu");
        assertEquals(CHECK_FAILED, dice.code(), dice::toString);
        assertTrue(dice.out().endsWith("8 passed, 8 failed, 0 skipped\n"), dice::toString);
        assertTrue(dice.out().contains("failed  random/random inputs 1 on cpu against cpu: y: 4 of 4 numbers differ"),
            dice::toString);
        for (var wrong : List.of("cpu", "auto,cpu")) {
            var result = GpuxProcess.gpux("verify", "--compare", wrong);
            assertEquals(2, result.code(), result::toString);
            assertEquals("", result.out());
        }
        var missing = GpuxProcess.gpux("verify", "--compare", "cpu,cuda");
        assertEquals(4, missing.code(), missing::toString);
        assertTrue(missing.err().startsWith("gpux: "), missing::toString);
    }
}
