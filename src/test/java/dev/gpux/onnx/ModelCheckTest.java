package dev.gpux.onnx;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.onnx.Finding.Severity;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The structural check finds what is wrong, and nothing where nothing is. */
class ModelCheckTest {
    @TempDir
    private Path folder;

    static List<BrokenModels.Broken> broken() {
        return BrokenModels.all();
    }

    static Stream<BrokenModels.Broken> accepted() {
        return BrokenModels.all().stream().filter(model -> model.severity() == Severity.WARNING);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void findsWhatIsWrong(BrokenModels.Broken broken) throws IOException {
        var file = Files.write(folder.resolve("m.onnx"), broken.bytes());
        try (var model = OnnxModel.open(file)) {
            var findings = ModelCheck.of(model).findings();
            assertTrue(findings.stream().anyMatch(
                f -> f.rule().equals(broken.rule()) && f.severity() == broken.severity()), findings.toString());
            assertEquals(broken.severity(), findings.getFirst().severity(), findings.toString());
        }
    }

    /** What makes a fault a warning is that ONNX Runtime loads the model all the same. */
    @ParameterizedTest
    @MethodSource("accepted")
    void onnxRuntimeAcceptsWhatIsOnlyAWarning(BrokenModels.Broken broken) {
        try (var session = load(broken.bytes())) {
            assertFalse(session.inputs().isEmpty());
        }
    }

    private static Session load(byte[] model) {
        try (var options = new SessionOptions()) {
            return Session.open(model, options);
        }
    }

    @Test
    void realModelsAreSound() throws IOException {
        for (var path : RealModels.ALL) {
            try (var model = OnnxModel.open(path)) {
                assertEquals(List.of(), ModelCheck.of(model).findings(), path.toString());
            }
        }
        assertEquals(List.of(), ModelCheck.of(BrokenModels.sound().build()).findings());
    }

    /** ONNX's own reference models, where Debian's package is installed. */
    @Test
    void referenceModelsAreSound() throws IOException {
        var data = Path.of("/usr/share/libonnx-testdata/data");
        assumeTrue(Files.isDirectory(data), "apt-get install libonnx-testdata");
        try (var files = Files.walk(data)) {
            var models = files.filter(file -> file.getFileName().toString().equals("model.onnx")).toList();
            assertTrue(models.size() > 1000, models.size() + " models");
            for (var path : models) {
                try (var model = OnnxModel.open(path)) {
                    assertEquals(List.of(), ModelCheck.of(model).findings(), path.toString());
                    assertEquals(model, OnnxModel.parse(MemorySegment.ofArray(OnnxWriter.toBytes(model))));
                }
            }
        }
    }

    @Test
    void saysWhere() {
        var check = ModelCheck.of(BrokenModels.sound()
            .node(Node.of("Relu", List.of("nothing"), List.of("z")).withName("r")).build());
        assertEquals("graph / node 1 Relu 'r': nothing makes its input 'nothing'",
            check.findings().getFirst().toString());
        var error = assertThrows(OnnxFormatException.class, check::requireNoErrors);
        assertTrue(error.getMessage().contains("nothing makes its input"), error.getMessage());
        assertDoesNotThrow(ModelCheck.of(BrokenModels.sound().build())::requireNoErrors);
    }

    @Test
    void whatCannotBeCheckedIsANote() {
        var model = BrokenModels.sound().irVersion(99).initializer(Tensor.ofExternal("v", OnnxDataType.FLOAT,
            new long[] {1}, List.of(new Property("location", "v.bin")))).build();
        var findings = ModelCheck.of(model).findings();
        assertEquals(List.of(Severity.NOTE, Severity.NOTE), findings.stream().map(Finding::severity).toList());
        assertFalse(ModelCheck.of(model).hasErrors());
    }

    @Test
    void millionsOfFaultsAreNotAllKept() {
        var builder = BrokenModels.sound();
        for (int i = 0; i < 100_000; i++) {
            builder.node("", List.of("nothing"), List.of("x"));
        }
        var findings = ModelCheck.of(builder.build()).findings();
        assertEquals(500, findings.size());
    }

    @Test
    void sparseWeightsThatAreRight() {
        var linear = new SparseTensor(Tensor.ofFloats("s", new long[] {2}, 1f, 2f),
            Tensor.ofLongs("", new long[] {2}, 0, 5), List.of(2L, 3L));
        var pairs = new SparseTensor(Tensor.ofFloats("t", new long[] {2}, 1f, 2f),
            Tensor.ofLongs("", new long[] {2, 2}, 0, 0, 1, 2), List.of(2L, 3L));
        var none = new SparseTensor(Tensor.ofFloats("u", new long[] {0}), Tensor.ofLongs("", new long[] {0}),
            List.of(2L, 3L));
        var model = BrokenModels.sound().sparseInitializer(linear).sparseInitializer(pairs).sparseInitializer(none)
            .node("Sum", List.of("s", "t", "u"), List.of("z")).output("z", OnnxDataType.FLOAT, 2, 3).build();
        assertEquals(List.of(), ModelCheck.of(model).findings());
        try (var session = load(OnnxWriter.toBytes(model))) {
            assertEquals(2, session.outputs().size());
        }
    }

    @Test
    void functionsThatAreRight() {
        var body = List.of(Node.of("LeakyRelu", List.of("a"), List.of("h"),
            Attribute.of("alpha", new AttributeValue.Reference("slope", AttributeType.FLOAT.number()))),
            Node.of("Relu", List.of("h"), List.of("b")));
        var leaky = new LocalFunction("f", "Leaky", "", List.of("a"), List.of("b"), List.of("slope"), List.of(), body,
            List.of(new OperatorSet("", 17)), List.of(), "", List.of(), UnknownFields.NONE);
        var model = BrokenModels.sound().opset(17).opset("f", 1).function(leaky)
            .node("f", "Leaky", List.of("y"), List.of("z"), Attribute.of("slope", 0.5f))
            .output("z", OnnxDataType.FLOAT, 2).build();
        assertEquals(List.of(), ModelCheck.of(model).findings());
        try (var session = load(OnnxWriter.toBytes(model))) {
            assertEquals(2, session.outputs().size());
        }
    }
}
