package dev.gpux.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelSummary.ExternalFile;
import dev.gpux.onnx.ModelSummary.OperatorCount;
import dev.gpux.onnx.ModelSummary.TypeTotal;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The facts that {@code inspect} prints. */
class ModelSummaryTest {
    @Test
    void miniLm() throws IOException {
        try (var model = OnnxModel.open(RealModels.MINILM)) {
            var summary = ModelSummary.of(model);
            assertEquals(22_972_370, summary.fileSize());
            assertEquals("onnx.quantize", summary.producerName());
            assertEquals(List.of("input_ids", "attention_mask", "token_type_ids"),
                summary.inputs().stream().map(ValueInfo::name).toList());
            assertEquals(772, summary.nodes());
            assertEquals(summary.nodes(), summary.operators().stream().mapToLong(OperatorCount::count).sum());
            // 6 layers of 6 quantised products; their 24 distinct inputs are quantised first.
            assertTrue(summary.operators().contains(new OperatorCount("", "MatMulInteger", 36)));
            assertTrue(summary.operators().contains(new OperatorCount("", "DynamicQuantizeLinear", 24)));
            // 6 layers of 384·384·4 + 384·1536·2 weights and one bit of everything else in 8 bits.
            var int8 = summary.weights().stream().filter(t -> t.type().equals("int8")).findFirst().orElseThrow();
            assertEquals(6 * (384 * 384 * 4 + 384 * 1536 * 2) + 20_736, int8.elements());
            assertEquals(int8.elements(), int8.bytes());
            assertEquals(180, summary.initializers());
            assertTrue(summary.weightBytes() < summary.fileSize() && summary.weightBytes() > 22_000_000);
            assertEquals(List.of(), summary.externalFiles());
        }
    }

    @Test
    void digits() throws IOException {
        try (var cnn = OnnxModel.open(RealModels.DIGITS_CNN); var sklearn = OnnxModel.open(RealModels.DIGITS_SKLEARN)) {
            assertEquals(21_840, ModelSummary.of(cnn).parameters());
            assertEquals(List.of(new TypeTotal("int64", 1, 2, 16)), ModelSummary.of(cnn).constants());
            assertEquals(0, ModelSummary.of(sklearn).parameters());
            assertTrue(ModelSummary.of(sklearn).operators().contains(new OperatorCount("ai.onnx.ml", "ZipMap", 1)));
        }
    }

    @Test
    void everythingThatIsHidden() {
        var branch = GraphBuilder.create("b").initializer("v", new long[] {3}, 1f, 2f, 3f)
            .node("Relu", List.of("v"), List.of("z")).output("z", OnnxDataType.FLOAT, 3).build();
        var model = ModelBuilder.create().opset(17).opset("f", 1)
            .input("c", OnnxDataType.BOOL).input("w", OnnxDataType.FLOAT, 2)
            .initializer("w", new long[] {2}, 1f, 2f)
            .initializer(Tensor.ofStrings("s", new long[] {2}, "a", "b"))
            .initializer(Tensor.ofExternal("e", OnnxDataType.INT4, new long[] {3},
                List.of(new Property("location", "e.bin"))))
            .initializer(Tensor.of("absurd", OnnxDataType.FLOAT, new long[] {1L << 62},
                MemorySegment.ofArray(new byte[0])))
            .sparseInitializer(new SparseTensor(Tensor.ofFloats("p", new long[] {1}, 1f),
                Tensor.ofLongs("", new long[] {1}, 0), List.of(1000L)))
            .node("If", List.of("c"), List.of("y"), Attribute.of("then_branch", branch),
                Attribute.of("else_branch", branch))
            .function(LocalFunction.of("f", "Twice", List.of("a"), List.of("b"), List.of(),
                List.of(Node.of("Add", List.of("a", "a"), List.of("b")))))
            .output("y", OnnxDataType.FLOAT, 3).build();
        var summary = ModelSummary.of(model);
        assertEquals(List.of("c"), summary.inputs().stream().map(ValueInfo::name).toList());
        assertEquals(List.of(new OperatorCount("", "Relu", 2), new OperatorCount("", "Add", 1),
            new OperatorCount("", "If", 1)), summary.operators());
        assertEquals(List.of("f.Twice"), summary.functions());
        assertEquals(7, summary.initializers());
        assertEquals(List.of(new TypeTotal("float32", 5, 2 + 1 + 3 + 3, 36), new TypeTotal("int4", 1, 3, 2),
            new TypeTotal("string", 1, 2, 0)), summary.weights());
        assertEquals(List.of(new ExternalFile("e.bin", 1, 2)), summary.externalFiles());
    }
}
