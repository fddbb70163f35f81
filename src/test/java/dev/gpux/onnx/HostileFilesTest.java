package dev.gpux.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are: a model or an {@link OnnxFormatException}, and nothing else. */
class HostileFilesTest {
    /** Mutations of each seed; {@code -Dgpux.fuzz.iterations=1000000} for a long run. */
    private static final int ITERATIONS = Integer.getInteger("gpux.fuzz.iterations", 2_000);

    private static OnnxModel parse(byte[] bytes) {
        return OnnxModel.parse(MemorySegment.ofArray(bytes));
    }

    private static void refused(String part, ProtoWriter writer) {
        var error = assertThrows(OnnxFormatException.class, () -> parse(writer.toBytes()));
        assertTrue(error.getMessage().contains(part), error.getMessage());
    }

    private static void refused(String part, int... bytes) {
        var array = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            array[i] = (byte) bytes[i];
        }
        var error = assertThrows(OnnxFormatException.class, () -> parse(array));
        assertTrue(error.getMessage().contains(part), error.getMessage());
    }

    @Test
    void malformedWireFormat() {
        refused("truncated: model: a varint wants 1 byte at offset 1, the file has 1", 0x08);
        refused("more than 64 bits", 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02);
        refused("more than 64 bits", 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01);
        refused("field number 0", 0x02, 0x00);
        refused("field number", 0xFA, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01);
        refused("wire type 3", 0x0B, 0x0C);
        refused("wire type 4", 0x0C);
        refused("wire type 6", 0x0E);
        refused("ir_version should be a varint, is a length", 0x0A, 0x00);
        refused("graph should be a length, is a varint", 0x38, 0x00);
        refused("graph wants 18446744073709551615 bytes", 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            0x01);
        refused("graph wants 5 bytes at offset 2, the file has 3", 0x3A, 0x05, 0x00);
        // A node that is longer than the graph around it, with more of the file behind.
        refused("model.graph: node wants 9 bytes, but its message ends at offset 4", 0x3A, 0x02, 0x0A, 0x09, 0x08,
            0x01);
        refused("a second graph", 0x3A, 0x00, 0x3A, 0x00);
        refused("there is no graph", 0x08, 0x08);
        assertEquals(0, parse(new byte[] {0x3A, 0}).graph().nodes().size());
    }

    @Test
    void aRealVarintOfTenBytes() {
        var writer = new ProtoWriter();
        writer.varintField(1, -1);
        writer.message(7, () -> { });
        assertEquals(-1, parse(writer.toBytes()).irVersion());
    }

    @Test
    void deepNesting() {
        refused("nested deeper than 100", nested(50));
        parse(nested(32).toBytes());
        var writer = new ProtoWriter();
        writer.message(7, () -> writer.message(11, () -> writer.message(2, () -> sequences(writer, 200))));
        refused("nested deeper than 100", writer);
    }

    /** Graphs in attributes of nodes of graphs; each level is three messages. */
    private static ProtoWriter nested(int levels) {
        var writer = new ProtoWriter();
        writer.message(7, () -> graphs(writer, levels));
        return writer;
    }

    private static void graphs(ProtoWriter writer, int levels) {
        if (levels > 0) {
            writer.message(1, () -> writer.message(5, () -> {
                writer.message(6, () -> graphs(writer, levels - 1));
                writer.varintField(20, AttributeType.GRAPH.number());
            }));
        }
    }

    private static void sequences(ProtoWriter writer, int levels) {
        if (levels > 0) {
            writer.message(4, () -> writer.message(1, () -> sequences(writer, levels - 1)));
        }
    }

    @Test
    void moreObjectsThanAnyModelHas() {
        // Two bytes each: an empty input name.
        var inputs = new byte[10_000_004];
        for (int i = 0; i < inputs.length; i += 2) {
            inputs[i] = 0x0A;
        }
        var writer = new ProtoWriter();
        writer.message(7, () -> writer.message(1, () -> writer.raw(Span.of(MemorySegment.ofArray(inputs)))));
        refused("more than 5000000 messages and texts", writer);
    }

    @Test
    void namesInMessagesAreShortAndHarmless() {
        var model = BrokenModels.sound().node("Relu", List.of("\u001B[2J" + "x".repeat(1_000_000)), List.of("z"))
            .build();
        var message = ModelCheck.of(model).findings().getFirst().toString();
        assertTrue(message.length() < 1000, message.length() + " characters");
        assertTrue(message.indexOf(0x1B) < 0 && message.contains("[2Jxxx"), message);
    }

    @Test
    void anAttributeThatContradictsItself() {
        var writer = new ProtoWriter();
        writer.message(7, () -> writer.message(1, () -> writer.message(5, () -> {
            writer.text(1, "a");
            writer.varintField(20, AttributeType.TENSOR.number());
        })));
        refused("has 0 values", writer);
    }

    @Test
    void attributesWithoutATypeAsInTheOldestFiles() {
        var writer = new ProtoWriter();
        writer.message(7, () -> writer.message(1, () -> writer.message(5, () -> {
            writer.text(1, "pads");
            writer.varintField(AttributeType.INTS.field(), 3);
        })));
        assertEquals(AttributeValue.IntsValue.of(3),
            parse(writer.toBytes()).graph().nodes().getFirst().attributes().getFirst().value());
    }

    @Test
    void mutations() throws IOException {
        var seeds = List.of(everything(), Files.readAllBytes(RealModels.DIGITS_SKLEARN),
            head(Files.readAllBytes(RealModels.DIGITS_CNN)), OnnxWriter.toBytes(ModelBuilder.create().build()));
        var random = new Random(20261029);
        List<UnaryOperator<byte[]>> mutations = List.of(b -> flip(b, random), b -> truncate(b, random),
            b -> absurdLength(b, random), b -> move(b, random), b -> flip(flip(flip(b, random), random), random));
        int read = 0;
        for (var seed : seeds) {
            for (int i = 0; i < ITERATIONS; i++) {
                var mutated = mutations.get(i % mutations.size()).apply(seed);
                try {
                    useAll(parse(mutated));
                    read++;
                } catch (OnnxFormatException e) {
                    assertTrue(e.getMessage().length() < 1000, e.getMessage());
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("seed " + seeds.indexOf(seed) + ", iteration " + i + ": " + e, e);
                }
            }
        }
        // If no mutation were readable, the fuzz would test the first check only.
        assertTrue(read > seeds.size() * ITERATIONS / 20, read + " could be read");
    }

    /** Reads whatever a model says, checks it, and writes it back. */
    private static void useAll(OnnxModel model) {
        for (var finding : ModelCheck.of(model).findings()) {
            assertTrue(finding.toString().length() < 10_000, finding.toString());
        }
        ModelSummary.of(model);
        assertEquals(model, parse(OnnxWriter.toBytes(model, WeightPlacement.AS_REFERENCED)));
        model.graph().forEachGraph(graph -> graph.initializers().forEach(HostileFilesTest::read));
        for (var node : model.graph().nodes()) {
            for (var attribute : node.attributes()) {
                switch (attribute.value()) {
                    case AttributeValue.FloatsValue floats -> assertEquals(floats.count(), floats.values().length);
                    case AttributeValue.IntsValue ints -> assertEquals(ints.count(), ints.values().length);
                    case AttributeValue.StringsValue strings ->
                        assertEquals(strings.count(), strings.values().size());
                    case AttributeValue.StringValue(var text) -> text.text();
                    case AttributeValue.TensorValue(var tensor) -> read(tensor);
                    default -> { }
                }
            }
        }
    }

    private static void read(Tensor tensor) {
        try {
            var bytes = tensor.bytes();
            assertEquals(tensor.byteSize().orElseThrow(), bytes.byteSize());
        } catch (OnnxFormatException e) {
            assertTrue(e.getMessage().length() < 1000, e.getMessage());
        }
    }

    private static byte[] flip(byte[] bytes, Random random) {
        var mutated = bytes.clone();
        mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
        return mutated;
    }

    private static byte[] truncate(byte[] bytes, Random random) {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }

    private static byte[] absurdLength(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        int length = 1 + random.nextInt(9);
        var mutated = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, mutated, 0, at);
        Arrays.fill(mutated, at, at + length, (byte) 0xFF);
        System.arraycopy(bytes, at, mutated, at + length, bytes.length - at);
        return mutated;
    }

    private static byte[] move(byte[] bytes, Random random) {
        var mutated = bytes.clone();
        int length = 1 + random.nextInt(Math.min(64, bytes.length));
        int from = random.nextInt(bytes.length - length + 1);
        int to = random.nextInt(bytes.length - length + 1);
        System.arraycopy(bytes, from, mutated, to, length);
        return mutated;
    }

    /** The structure of a model without most of its weights, so that mutations hit more than weights. */
    private static byte[] head(byte[] model) {
        var parsed = parse(model);
        var small = parsed.graph().initializers().stream().filter(t -> t.byteSize().orElseThrow() < 500).toList();
        return OnnxWriter.toBytes(parsed.withGraph(parsed.graph().withInitializers(small)));
    }

    /** A model with a little of everything. */
    private static byte[] everything() {
        var tensor = Tensor.ofFloats("t", new long[] {2}, 1f, 2f);
        var sparse = new SparseTensor(tensor.withName("s"), Tensor.ofLongs("", new long[] {2}, 0, 3), List.of(4L));
        var branch = GraphBuilder.create("b").initializer(tensor).node("Relu", List.of("t"), List.of("z"))
            .output("z", OnnxDataType.FLOAT, 2).build();
        return OnnxWriter.toBytes(ModelBuilder.create().opset(17).opset("f", 1).metadata("key", "value")
            .docString("text")
            .input("x", OnnxDataType.FLOAT, "N", 3, "?").input("c", OnnxDataType.BOOL)
            .input("q", ValueType.sequence(ValueType.map(OnnxDataType.STRING, ValueType.tensor(OnnxDataType.INT4))))
            .input("o", ValueType.optional(ValueType.tensorOfAnyShape(OnnxDataType.FLOAT16)))
            .initializer("w", new long[] {2, 2}, 1f, 2f, 3f, 4f)
            .initializer(Tensor.ofStrings("strings", new long[] {2}, "a", "b"))
            .initializer(Tensor.ofExternal("e", OnnxDataType.INT8, new long[] {4},
                List.of(new Property("location", "e.bin"), new Property("offset", "8"))))
            .sparseInitializer(sparse)
            .node("If", List.of("c"), List.of("y"), Attribute.of("then_branch", branch),
                Attribute.of("else_branch", branch))
            .node("f", "Twice", List.of("y"), List.of("v"), Attribute.of("f", 1f), Attribute.of("i", 300),
                Attribute.of("s", "text"), Attribute.ofFloats("fs", 1f, 2f), Attribute.ofInts("is", 1, 300, -1),
                Attribute.ofStrings("ss", "a", "b"), Attribute.of("t", tensor),
                Attribute.of("type", ValueType.tensor(OnnxDataType.FLOAT, 2, "N")),
                Attribute.of("sp", new AttributeValue.SparseTensorValue(sparse)))
            .function(LocalFunction.of("f", "Twice", List.of("a"), List.of("b"), List.of(new OperatorSet("", 17)),
                List.of(Node.of("Add", List.of("a", "a"), List.of("b")))))
            .value("y", ValueType.tensor(OnnxDataType.FLOAT, 2))
            .output("v", OnnxDataType.FLOAT, 2).build(), WeightPlacement.AS_REFERENCED);
    }
}
