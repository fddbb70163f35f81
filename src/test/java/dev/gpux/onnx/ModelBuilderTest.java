package dev.gpux.onnx;

import static dev.gpux.onnx.OnnxDataType.FLOAT;
import static dev.gpux.onnx.OnnxDataType.INT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models built in code come back from their bytes as they were. */
class ModelBuilderTest {
    /** Writes a model to bytes and reads it again; the two must be equal. */
    static OnnxModel throughBytes(OnnxModel model) {
        var bytes = OnnxWriter.toBytes(model);
        assertEquals(bytes.length, OnnxWriter.size(model));
        var read = OnnxModel.parse(MemorySegment.ofArray(bytes));
        assertEquals(model, read);
        assertEquals(model.hashCode(), read.hashCode());
        return read;
    }

    @Test
    void gemmAndSoftmax() {
        var model = throughBytes(ModelBuilder.create().irVersion(8).opset(17).name("tiny").metadata("labels", "a,b")
            .input("x", FLOAT, "N", 3)
            .initializer("w", new long[] {3, 2}, 1f, 2f, 3f, 4f, 5f, -6.5f)
            .initializer("b", new long[] {2}, 0.5f, 0f)
            .node("Gemm", List.of("x", "w", "b"), List.of("h"), Attribute.of("alpha", 0.5f), Attribute.of("transB", 0))
            .node("Softmax", List.of("h"), List.of("y"), Attribute.of("axis", -1))
            .output("y", FLOAT, "N", 2)
            .build());
        assertEquals("a,b", model.metadata("labels").orElseThrow());
        var w = model.graph().initializer("w").orElseThrow().bytes();
        assertEquals(-6.5f, w.get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 20));
        assertEquals(OptionalLong.of(-1), model.graph().nodes().get(1).intAttribute("axis"));
        assertEquals(OptionalLong.of(0), model.graph().nodes().get(0).intAttribute("transB"));
        assertEquals(OptionalLong.empty(), model.graph().nodes().get(0).intAttribute("alpha"));
    }

    @ParameterizedTest
    @EnumSource(OnnxDataType.class)
    void identityOfEveryType(OnnxDataType type) {
        var model = throughBytes(ModelBuilder.create().irVersion(14).opset(25).input("x", type, "N", "?", 3)
            .node("Identity", List.of("x"), List.of("y")).output("y", type, "N", "?", 3).build());
        var declared = (ValueType.TensorType) model.graph().inputs().getFirst().type();
        assertEquals(type, declared.type().orElseThrow());
        assertEquals(type.label() + "[N,?,3]", declared.toString());
        assertEquals(type, OnnxDataType.of(type.number()).orElseThrow());
    }

    @Test
    void typesThatAreNoTensors() {
        var floats = ValueType.tensorOfAnyShape(FLOAT);
        var model = throughBytes(ModelBuilder.create()
            .input("s", ValueType.sequence(floats))
            .input("o", ValueType.optional(ValueType.sequence(ValueType.tensor(INT64))))
            .input("m", ValueType.map(OnnxDataType.STRING, floats).withDenotation("SCORES"))
            .input("p", new ValueType.SparseTensorType(1, Optional.empty(), ""))
            .input("q", new ValueType.OpaqueType("com.example", "Thing", ""))
            .input("n", new ValueType.TensorType(99, Optional.of(List.of(new Dim.Fixed(0, "DATA_BATCH"),
                new Dim.Symbolic("", ""), new Dim.Unknown("X"))), "IMAGE"))
            .input("u", ValueType.UNKNOWN)
            .build());
        assertEquals("[s: sequence<float32[...]>, o: optional<sequence<int64[]>>, m: map<string,float32[...]>, "
            + "p: sparse<float32[...]>, q: opaque<com.example,Thing>, n: type#99[0,,?], u: ?]",
            model.graph().inputs().toString());
    }

    @Test
    void attributesOfEveryKind() {
        var tensor = Tensor.ofLongs("t", new long[] {2}, Long.MIN_VALUE, -1);
        var sparse = new SparseTensor(Tensor.ofFloats("s", new long[] {1}, 2f), Tensor.ofLongs("", new long[] {1}, 3),
            List.of(4L));
        var branch = GraphBuilder.create("then").node("Identity", List.of("x"), List.of("z")).output("z", FLOAT)
            .build();
        var model = throughBytes(ModelBuilder.create().node("com.example", "All", List.of("", "x"), List.of("y", ""),
            Attribute.of("f", Float.NaN), Attribute.of("i", Long.MIN_VALUE), Attribute.of("s", "grün"),
            Attribute.of("bytes", new AttributeValue.StringValue(Bytes.of((byte) 0xFF, (byte) 0))),
            Attribute.of("t", tensor), Attribute.of("g", branch), Attribute.of("type", ValueType.tensor(FLOAT, 2)),
            Attribute.of("sparse", new AttributeValue.SparseTensorValue(sparse)),
            Attribute.ofFloats("fs", 0f, -0f, 1e-45f), Attribute.ofFloats("none"),
            Attribute.ofInts("is", 0, 1, -1, Long.MAX_VALUE, 128), Attribute.ofStrings("ss", "", "ü"),
            Attribute.of("ts", new AttributeValue.TensorsValue(List.of(tensor, Tensor.EMPTY))),
            Attribute.of("gs", new AttributeValue.GraphsValue(List.of(branch, branch))),
            Attribute.of("sps", new AttributeValue.SparseTensorsValue(List.of(sparse))),
            Attribute.of("tys", new AttributeValue.TypesValue(List.of(ValueType.UNKNOWN))),
            Attribute.of("ref", new AttributeValue.Reference("outer", AttributeType.INTS.number()))).build());
        var node = model.graph().nodes().getFirst();
        assertEquals(List.of("", "x"), node.inputs());
        assertEquals("com.example.All", node.operator());
        assertEquals(3, node.subgraphs().size());
        assertArrayEquals(new long[] {0, 1, -1, Long.MAX_VALUE, 128},
            ((AttributeValue.IntsValue) node.attribute("is").orElseThrow().value()).values());
        assertEquals(List.of(Bytes.of(""), Bytes.of("ü")),
            ((AttributeValue.StringsValue) node.attribute("ss").orElseThrow().value()).values());
    }

    @Test
    void functionsAndSparseWeights() {
        var function = LocalFunction.of("my", "Twice", List.of("a"), List.of("b"), List.of(new OperatorSet("", 17)),
            List.of(Node.of("Add", List.of("a", "a"), List.of("b"))));
        var model = throughBytes(ModelBuilder.create().opset("my", 1).function(function)
            .sparseInitializer(new SparseTensor(Tensor.ofFloats("w", new long[] {0}),
                Tensor.ofLongs("", new long[] {0, 2}), List.of(3L, 4L)))
            .input("x", FLOAT).node("my", "Twice", List.of("x"), List.of("y")).output("y", FLOAT).build());
        assertEquals(List.of(function), model.functions());
        assertEquals("w", model.graph().sparseInitializers().getFirst().name());
        assertEquals(17, model.opset("").orElseThrow().version());
    }

    @Test
    void aDimensionOfAWrongKindIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> ValueType.tensor(FLOAT, 1.5));
    }
}
