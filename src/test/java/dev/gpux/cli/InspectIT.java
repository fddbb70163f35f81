package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.Tensor;
import dev.gpux.onnx.WeightPlacement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux inspect} and {@code gpux version}. */
class InspectIT {
    private static final int INVALID = 3;

    @TempDir
    Path folder;

    /** y = (x + w) · (x + w): 12 bytes of weights, and x is still there when y is made. */
    private String square(int opset, String weights) throws IOException {
        var file = folder.resolve("square.onnx");
        OnnxWriter.write(ModelBuilder.create().irVersion(8).opset(opset).producer("a test", "1")
            .input("x", OnnxDataType.FLOAT, "n", 3).initializer(Tensor.ofFloats("w", new long[] {3}, 1, 2, 3))
            .node("Add", List.of("x", "w"), List.of("sum")).node("Mul", List.of("sum", "sum"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "n", 3).build(), file, weights.isEmpty() ? WeightPlacement.INLINE
                : new WeightPlacement.SideFile(weights, 0));
        return file.toString();
    }

    @Test
    void showsWhatAModelIs() throws IOException {
        var result = GpuxProcess.gpux("inspect", square(17, ""), "--load");
        assertEquals(0, result.code(), result::toString);
        assertEquals("", result.err());
        for (var line : List.of("model       square", "format      ONNX IR 8, ai.onnx 17", "inputs      x: float32[n,3]",
            "outputs     y: float32[n,3]", "parameters  3 in 1 initialisers, 12 bytes",
            "memory      at least 36 bytes: the weights, and 24 bytes of values at a time with open dimensions as 1 "
                + "(1 of 3 values have no shape in the file)",
            "operators   2 nodes of 2 kinds: ", "findings    none", " loads it: 1 inputs, 1 outputs")) {
            assertTrue(result.out().contains(line), () -> line + "\n" + result);
        }
    }

    @Test
    void oneJsonDocument() throws IOException {
        var result = GpuxProcess.gpux("inspect", square(17, ""), "--json");
        assertEquals(0, result.code(), result::toString);
        assertEquals("", result.err());
        assertEquals(1, result.out().lines().count());
        for (var part : List.of("\"ir_version\":8", "\"opsets\":{\"ai.onnx\":17}",
            "\"inputs\":[{\"name\":\"x\",\"dtype\":\"float32\",\"shape\":[\"n\",3]}]", "\"parameters\":3",
            "\"memory\":{\"weights\":12,\"values\":24,\"values_without_shape\":1,\"values_counted\":2}",
            "\"findings\":[]")) {
            assertTrue(result.out().contains(part), () -> part + "\n" + result);
        }
    }

    @Test
    void saysWhyOnnxRuntimeRefusesAModel() throws IOException {
        var result = GpuxProcess.gpux("inspect", square(999, ""), "--load");
        assertTrue(result.out().contains("ai.onnx 999"), result::toString);
        assertTrue(result.out().contains(" refuses it: "), result::toString);
    }

    @Test
    void worksOnAModelWhoseWeightsAreMissing() throws IOException {
        var model = square(17, "w.data");
        Files.delete(folder.resolve("w.data"));
        var result = GpuxProcess.gpux("inspect", model);
        assertEquals(INVALID, result.code(), result::toString);
        assertTrue(result.out().contains("external    w.data: 1 tensors, 12 bytes"), result::toString);
        assertTrue(result.out().contains("w.data"), result::toString);
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        var file = Files.writeString(folder.resolve("text.onnx"), "hello");
        var result = GpuxProcess.gpux("inspect", file.toString());
        assertEquals(INVALID, result.code(), result::toString);
        assertEquals("", result.out());
        assertTrue(result.err().startsWith("gpux: ") && result.err().contains("text.onnx"), result::toString);
    }

    @Test
    void versions() {
        var result = GpuxProcess.gpux("version");
        assertEquals(0, result.code(), result::toString);
        assertEquals("", result.err());
        assertEquals(List.of("gpux", "ONNX", "Java"), result.out().lines().map(line -> line.split(" ")[0]).toList());
        var json = GpuxProcess.gpux("--version", "--json");
        assertEquals(0, json.code(), json::toString);
        assertTrue(json.out().matches("\\{\"gpux\":\".+\",\"onnxruntime\":\"1\\..+\",\"ort_api\":\\d+,\"library\":\".+\","
            + "\"java\":\".+\"\\}\n"), json::toString);
        var unknown = GpuxProcess.gpux("version", "--ort", "/nowhere");
        assertEquals(1, unknown.code(), unknown::toString);
        assertEquals("", unknown.out());
    }
}
