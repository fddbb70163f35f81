package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux verify} as people run it. */
class VerifyIT {
    private static final int CHECK_FAILED = 5;
    private static final int INVALID = 3;
    private static final Path REFERENCE = Path.of("/usr/share/libonnx-testdata/data");

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
    void runsTheOnnxProjectsOwnCases() {
        boolean there = Files.isDirectory(REFERENCE.resolve("simple"));
        assumeTrue(there || "1".equals(System.getenv("GPUX_REQUIRE_ALL")),
            "needs the ONNX reference cases: apt-get install libonnx-testdata");
        var result = GpuxProcess.gpux("verify", REFERENCE.resolve("simple").toString(), "--json");
        assertEquals(CHECK_FAILED, result.code(), result::toString);
        // The others use operators that ORT has not, or a locale that the machine may lack: ORT refuses to load them.
        // 17 pass with ORT 1.29, 16 with 1.22.
        assertTrue(count(result.out(), "\"status\":\"passed\"") >= 16, result::toString);
        if (!System.getProperty("ort.version", "").equals("1.22.0")) {
            // Three of them the oldest ORT loads and fails to run.
            assertEquals(count(result.out(), "\"status\":\"failed\""), count(result.out(), "it does not load"));
        }
    }

    private static int count(String text, String part) {
        return text.split(part, -1).length - 1;
    }
}
