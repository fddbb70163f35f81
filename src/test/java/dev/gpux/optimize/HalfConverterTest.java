package dev.gpux.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.GraphBuilder;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.optimize.fp16.HalfConverter;
import dev.gpux.optimize.fp16.HalfOptions;
import dev.gpux.optimize.quantize.Keep;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs in float16, run by ORT. */
class HalfConverterTest {
    private static final HalfOptions INSIDE = new HalfOptions(false, Keep.NONE);

    @TempDir
    Path folder;

    private static ModelBuilder base() {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, 3).output("y", OnnxDataType.FLOAT, "n");
    }

    private float[] run(OnnxModel model, HalfOptions options, Set<String> types) throws IOException {
        try (var scratch = ScratchFile.in(folder); var arena = Arena.ofConfined()) {
            var half = HalfConverter.convert(model, ValueTypes.of(model, folder), scratch, options).model();
            ModelCheck.of(half).requireNoErrors();
            assertEquals(types, half.graph().initializers().stream().map(tensor -> OnnxDataType.labelOf(
                tensor.dataType())).collect(Collectors.toSet()));
            try (var options16 = new SessionOptions(); var session = Session.open(OnnxWriter.toBytes(half),
                options16)) {
                return ((Tensor) session.run(arena, Map.of("x", Tensor.of(arena, new float[] {1, 2, 3}, 3))).get("y"))
                    .floats();
            }
        }
    }

    @Test
    void weightsBecomeHalvesAndLargeNumbersStayFinite() throws IOException {
        var model = base().initializer("w", new long[] {3}, -3.4e38f, 0.1f, 1e-9f)
            .node("Mul", List.of("x", "w"), List.of("y")).build();
        float tenth = Float.float16ToFloat(Float.floatToFloat16(0.1f));
        assertArrayEquals(new float[] {-65504, 2 * tenth, 0}, run(model, INSIDE, Set.of("float16")));
    }

    @Test
    void operatorsWithoutHalvesComputeInFloatBetweenCasts() throws IOException {
        var model = base().initializer("w", new long[] {3}, 1f, 1f, 2f)
            .initializer("axis", new long[0], 0L)
            .node("Add", List.of("x", "w"), List.of("a")).node("CumSum", List.of("a", "axis"), List.of("c"))
            .node("Add", List.of("c", "w"), List.of("y")).build();
        assertArrayEquals(new float[] {3, 6, 12}, run(model, INSIDE, Set.of("float16", "int64")));
        assertArrayEquals(new float[] {3, 6, 12}, run(model, new HalfOptions(false, new Keep(Set.of("Add"))),
            Set.of("float32", "int64")));
    }

    @Test
    void graphsInsideSeeWhatTheySaw() throws IOException {
        var branch = GraphBuilder.create("then").node("Add", List.of("a", "w"), List.of("t"))
            .output("t", OnnxDataType.FLOAT, 3).build();
        var model = base().initializer("w", new long[] {3}, 1f, 1f, 1f).initializer("zero", new long[0], 0f)
            .node("Neg", List.of("x"), List.of("a")).node("ReduceSum", List.of("x"), List.of("s"),
                Attribute.of("keepdims", 0))
            .node("Greater", List.of("s", "zero"), List.of("p"))
            .node("If", List.of("p"), List.of("i"), Attribute.of("then_branch", branch),
                Attribute.of("else_branch", branch))
            .node("Mul", List.of("i", "a"), List.of("y")).build();
        assertArrayEquals(new float[] {0, 2, 6}, run(model, INSIDE, Set.of("float16", "float32")), 1e-6f);
    }

    @Test
    void constantsAndCastsFollow() throws IOException {
        var model = base().node("Constant", List.of(), List.of("c"),
                Attribute.of("value", dev.gpux.onnx.Tensor.ofFloats("", new long[] {3}, 0.5f, 0.5f, 0.5f)))
            .node("Cast", List.of("x"), List.of("i"), Attribute.of("to", OnnxDataType.INT32.number()))
            .node("Cast", List.of("i"), List.of("f"), Attribute.of("to", OnnxDataType.FLOAT.number()))
            .node("Mul", List.of("f", "c"), List.of("y")).build();
        assertArrayEquals(new float[] {0.5f, 1, 1.5f}, run(model, INSIDE, Set.of()));
    }

    @Test
    void inputsAndOutputsFollowIfAsked() throws IOException {
        var model = base().initializer("w", new long[] {3}, 1f, 1f, 1f).node("Add", List.of("x", "w"), List.of("y"))
            .build();
        try (var scratch = ScratchFile.in(folder)) {
            var half = HalfConverter.convert(model, ValueTypes.of(model, folder), scratch,
                new HalfOptions(true, Keep.NONE)).model();
            try (var options16 = new SessionOptions(); var session = Session.open(OnnxWriter.toBytes(half),
                options16)) {
                assertTrue(session.inputs().getFirst().type().toString().contains(ElementType.FLOAT16.toString()));
                assertEquals(1, half.graph().nodes().size());
            }
        }
    }
}
