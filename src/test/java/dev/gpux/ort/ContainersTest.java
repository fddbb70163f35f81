package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.ValueType;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences, maps and optionals, in and out. */
class ContainersTest {
    private static final ValueType FLOATS = Models.floats();
    private static final ValueType SEQUENCE = ValueType.sequence(FLOATS);

    private static List<float[]> floats(Value sequence) {
        return ((SequenceValue) sequence).elements().stream().map(element -> ((Tensor) element).floats()).toList();
    }

    private static Session identity(ValueType type) {
        return Models.open(ModelBuilder.create().input("x", type).node("Identity", List.of("x"), List.of("y"))
            .output("y", type));
    }

    @Test
    void aSequenceGoesInAndComesOut() {
        try (var session = identity(SEQUENCE); var arena = Arena.ofConfined()) {
            assertEquals("[x: sequence<float32[n]>]", session.inputs().toString());
            var x = SequenceValue.of(arena,
                List.of(Tensor.of(arena, new float[] {1, 2}, 2), Tensor.of(arena, new float[3000], 3000)));
            try (var outputs = session.run(Map.of("x", x))) {
                var y = floats(outputs.get("y"));
                assertEquals(2, y.size());
                assertArrayEquals(new float[] {1, 2}, y.get(0));
                assertArrayEquals(new float[3000], y.get(1));
                assertEquals("[float32[2], float32[3000]]", outputs.get("y").toString());
                // What came out goes in again, though other outputs' arenas own its elements.
                try (var again = session.run(outputs.asMap().get("y") instanceof SequenceValue s
                        ? Map.of("x", s) : Map.of())) {
                    assertArrayEquals(new float[] {1, 2}, floats(again.get("y")).get(0));
                }
                var e = assertThrows(TensorException.class, () -> outputs.tensor("y"));
                assertTrue(e.getMessage().contains("sequence"), e::getMessage);
            }
        }
    }

    @Test
    void aSequenceOfStrings() {
        var type = ValueType.sequence(ValueType.tensor(OnnxDataType.STRING, "n"));
        try (var session = identity(type); var arena = Arena.ofConfined();
             var outputs = session.run(Map.of("x", SequenceValue.of(arena, List.of(
                 Tensor.ofStrings(arena, List.of("ä", ""), 2), Tensor.ofStrings(arena, List.of("c"), 1)))))) {
            var elements = ((SequenceValue) outputs.get("y")).elements();
            assertEquals(List.of("ä", ""), ((Tensor) elements.get(0)).strings());
            assertEquals(List.of("c"), ((Tensor) elements.get(1)).strings());
        }
    }

    @Test
    void sequencesThatModelsMake() {
        var model = ModelBuilder.create().input("x", FLOATS).initializer("parts", new long[0], 2L)
            .node("SplitToSequence", List.of("x", "parts"), List.of("split"))
            .node("SequenceEmpty", List.of(), List.of("empty")).output("split", SEQUENCE).output("empty", SEQUENCE);
        try (var session = Models.open(model); var arena = Arena.ofConfined();
             var outputs = session.run(Map.of("x", Tensor.of(arena, new float[] {1, 2, 3}, 3)))) {
            assertArrayEquals(new float[] {1, 2}, floats(outputs.get("split")).get(0));
            assertArrayEquals(new float[] {3}, floats(outputs.get("split")).get(1));
            assertEquals(List.of(), ((SequenceValue) outputs.get("empty")).elements());
            // One that a model made can be given to a model.
            try (var identity = identity(SEQUENCE);
                 var again = identity.run(Map.of("x", outputs.get("empty")))) {
                assertEquals(List.of(), floats(again.get("y")));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT64", "STRING", "BOOL", "FLOAT16"})
    void anEmptySequenceGoesIn(ElementType type) {
        try (var session = identity(ValueType.sequence(ValueType.tensor(Models.onnx(type), "n")));
             var arena = Arena.ofConfined();
             var outputs = session.run(Map.of("x", SequenceValue.empty(arena, type)))) {
            assertEquals(List.of(), ((SequenceValue) outputs.get("y")).elements());
        }
    }

    @Test
    void anEmptySequenceHasTheTypeThatWasAskedFor() {
        try (var session = identity(SEQUENCE); var arena = Arena.ofConfined()) {
            var longs = Map.of("x", SequenceValue.empty(arena, ElementType.INT64));
            var e = assertThrows(OrtException.class, () -> session.run(longs));
            assertTrue(e.getMessage().contains("type"), e::getMessage);
        }
    }

    /** From more arenas than fit one downcall's ready-made form, and from more than fit any. */
    @ParameterizedTest
    @ValueSource(ints = {5, 100, 105, 300})
    void elementsOfManyArenas(int count) {
        var arenas = new ArrayList<Arena>();
        try (var session = identity(SEQUENCE); var own = Arena.ofConfined()) {
            var elements = new ArrayList<Tensor>();
            for (int i = 0; i < count; i++) {
                arenas.add(Arena.ofConfined());
                elements.add(Tensor.of(arenas.getLast(), new float[] {i}, 1));
            }
            if (count > 104) {
                var e = assertThrows(TensorException.class, () -> SequenceValue.of(own, elements));
                assertTrue(e.getMessage().contains("arenas"), e::getMessage);
                return;
            }
            // One arena less than the most, as the sequence has one, too.
            var x = SequenceValue.of(own, elements);
            try (var outputs = session.run(Map.of("x", x))) {
                assertArrayEquals(new float[] {count - 1}, floats(outputs.get("y")).getLast());
            }
            arenas.get(count / 2).close();
            var e = assertThrows(TensorException.class, () -> session.run(Map.of("x", x)));
            assertTrue(e.getMessage().contains("'x'") && e.getMessage().contains("closed"), e::getMessage);
        } finally {
            arenas.stream().filter(arena -> arena.scope().isAlive()).forEach(Arena::close);
        }
    }

    @Test
    void refusesWhatIsNoSequence() {
        try (var arena = Arena.ofConfined()) {
            assertThrows(OrtException.class, () -> SequenceValue.of(arena, List.of()));
            var mixed = List.of(Tensor.of(arena, new float[1], 1), Tensor.of(arena, new long[1], 1));
            assertThrows(OrtException.class, () -> SequenceValue.of(arena, mixed));
            assertThrows(TensorException.class, () -> SequenceValue.of(arena, List.of(OptionalValue.EMPTY)));
            var sequence = SequenceValue.of(arena, List.of(Tensor.of(arena, new float[1], 1)));
            assertThrows(OrtException.class, () -> SequenceValue.of(arena, List.of(sequence)));
        }
    }

    @Test
    void aSequenceOfMapsFromARealClassifier() throws Exception {
        var digits = Files.readAllLines(Models.fetched("transposed_mnist_test_head.libsvm"));
        var pixels = new float[3 * 784];
        for (int i = 0; i < 3; i++) {
            var fields = digits.get(i).trim().split(" ");
            for (int f = 1; f < fields.length; f++) {
                var pair = fields[f].split(":");
                pixels[i * 784 + Integer.parseInt(pair[0])] = Float.parseFloat(pair[1]);
            }
        }
        try (var session = Session.open(Models.fetched("lr_mnist.onnx")); var arena = Arena.ofConfined()) {
            assertEquals("[output_label: int64[1], output_probability: sequence<map<int64, float32[]>>]",
                session.outputs().toString());
            try (var outputs = session.run(Map.of("float_input", Tensor.of(arena, pixels, 3, 784)))) {
                var labels = outputs.tensor("output_label").longs();
                var maps = ((SequenceValue) outputs.get("output_probability")).elements();
                assertEquals(3, labels.length);
                assertEquals(3, maps.size());
                for (int i = 0; i < 3; i++) {
                    var map = assertInstanceOf(MapValue.class, maps.get(i));
                    assertEquals("int64[10] -> float32[10]", map.toString());
                    assertEquals(labels[i], map.keys().longs()[indexOfMax(map.values().floats())]);
                    float sum = 0;
                    for (float probability : map.values().floats()) {
                        sum += probability;
                    }
                    assertEquals(1, sum, 1e-4);
                }
                assertEquals((long) Double.parseDouble(digits.getFirst().split(" ")[0]), labels[0]);
            }
        }
    }

    private static int indexOfMax(float[] numbers) {
        int best = 0;
        for (int i = 1; i < numbers.length; i++) {
            best = numbers[i] > numbers[best] ? i : best;
        }
        return best;
    }

    @Test
    void mapsGoIn() {
        var model = ModelBuilder.create().opset("ai.onnx.ml", 1)
            .input("x", ValueType.map(OnnxDataType.STRING, ValueType.tensor(OnnxDataType.FLOAT)))
            .node("ai.onnx.ml", "DictVectorizer", List.of("x"), List.of("y"),
                Attribute.ofStrings("string_vocabulary", "a", "b", "c"))
            .output("y", OnnxDataType.FLOAT, 1, 3);
        try (var session = Models.open(model); var arena = Arena.ofConfined()) {
            assertEquals("[x: map<string, float32[]>]", session.inputs().toString());
            MapValue map;
            try (var gone = Arena.ofConfined()) {
                map = MapValue.of(arena, Tensor.ofStrings(gone, List.of("c", "a"), 2),
                    Tensor.of(gone, new float[] {3, 1}, 2));
            }
            // ORT has copied keys and values, so the arena that they came from is not needed any more …
            try (var outputs = session.run(Map.of("x", map))) {
                assertArrayEquals(new float[] {1, 0, 3}, outputs.tensor("y").floats());
            }
            // … but the tensors themselves are gone.
            assertThrows(IllegalStateException.class, () -> map.values().floats());
        }
    }

    @Test
    void refusesWhatIsNoMap() {
        try (var arena = Arena.ofConfined()) {
            var two = Tensor.of(arena, new long[2], 2);
            var three = Tensor.of(arena, new float[3], 3);
            assertThrows(OrtException.class, () -> MapValue.of(arena, two, three));
            assertThrows(OrtException.class, () -> MapValue.of(arena, three, three));
        }
    }

    @Test
    void optionalsThatHoldSomethingAndNothing() {
        var optional = ValueType.optional(FLOATS);
        var model = ModelBuilder.create().opset(18).input("x", FLOATS).node("Optional", List.of("x"), List.of("some"))
            .node("Optional", List.of(), List.of("none"), Attribute.of("type", FLOATS))
            .node("Optional", List.of(), List.of("noneAtAll"), Attribute.of("type", SEQUENCE))
            .output("some", optional).output("none", optional).output("noneAtAll", ValueType.optional(SEQUENCE));
        try (var session = Models.open(model); var arena = Arena.ofConfined();
             var outputs = session.run(Map.of("x", Tensor.of(arena, new float[] {5}, 1)))) {
            assertEquals("some: optional<float32[n]>", session.outputs().getFirst().toString());
            assertArrayEquals(new float[] {5}, outputs.tensor("some").floats());
            assertSame(OptionalValue.EMPTY, outputs.get("none"));
            assertSame(OptionalValue.EMPTY, outputs.get("noneAtAll"));
            assertEquals(Optional.empty(), OptionalValue.unwrap(outputs.get("none")));
            assertEquals(Optional.of(outputs.get("some")), OptionalValue.unwrap(outputs.get("some")));
            assertThrows(TensorException.class, () -> outputs.tensor("none"));
        }
    }

    @Test
    void optionalInputs() {
        var model = ModelBuilder.create().opset(18).input("x", ValueType.optional(FLOATS)).input("y", FLOATS)
            .node("OptionalHasElement", List.of("x"), List.of("has")).node("Neg", List.of("y"), List.of("z"))
            .output("has", OnnxDataType.BOOL).output("z", FLOATS);
        try (var session = Models.open(model); var arena = Arena.ofConfined()) {
            var number = Tensor.of(arena, new float[] {5}, 1);
            assertArrayEquals(new byte[] {1}, has(session, Map.of("x", number, "y", number)));
            assertArrayEquals(new byte[] {0}, has(session, Map.of("y", number)));
            assertArrayEquals(new byte[] {0}, has(session, Map.of("x", OptionalValue.EMPTY, "y", number)));
            // No value for an input that needs one is a missing input.
            var e = assertThrows(TensorException.class,
                () -> session.run(Map.of("x", number, "y", OptionalValue.EMPTY)));
            assertTrue(e.getMessage().contains("'y'") && e.getMessage().contains("missing"), e::getMessage);
        }
    }

    private static byte[] has(Session session, Map<String, Value> inputs) {
        try (var outputs = session.run(inputs)) {
            return outputs.tensor("has").bytes();
        }
    }

    /** ORT gives an input that is an output as it is, lying where it lay; here it must outlive the input's arena. */
    @Test
    void outputsThatAreInputsAreCopies() {
        var optional = ValueType.optional(FLOATS);
        var texts = ValueType.tensor(OnnxDataType.STRING, "n");
        var model = ModelBuilder.create().opset(18).input("t", FLOATS).input("s", SEQUENCE).input("o", optional)
            .input("texts", texts).node("Neg", List.of("t"), List.of("y"))
            .output("t", FLOATS).output("s", SEQUENCE).output("o", optional).output("texts", texts)
            .output("y", FLOATS);
        try (var session = Models.open(model)) {
            Outputs outputs;
            Outputs without;
            try (var arena = Arena.ofConfined()) {
                var tensor = Tensor.of(arena, new float[] {1, 2}, 2);
                var large = Tensor.of(arena, new float[5000], 5000);
                var text = Tensor.ofStrings(arena, List.of("a", "b"), 2);
                outputs = session.run(Map.of("t", tensor, "s", SequenceValue.of(arena, List.of(tensor, large)),
                    "o", tensor, "texts", text));
                without = session.run(Map.of("t", tensor, "s", SequenceValue.of(arena, List.of(tensor)),
                    "texts", text));
                tensor.segment().fill((byte) 9);
            }
            try (outputs; without) {
                assertArrayEquals(new float[] {1, 2}, outputs.tensor("t").floats());
                assertArrayEquals(new float[] {1, 2}, floats(outputs.get("s")).get(0));
                assertArrayEquals(new float[5000], floats(outputs.get("s")).get(1));
                assertArrayEquals(new float[] {1, 2}, outputs.tensor("o").floats());
                assertEquals(List.of("a", "b"), outputs.tensor("texts").strings());
                assertArrayEquals(new float[] {-1, -2}, outputs.tensor("y").floats());
                assertSame(OptionalValue.EMPTY, without.get("o"));
            }
        }
    }

    @Test
    void preparedRunsSayWhatTheyCannot() {
        try (var sequences = identity(SEQUENCE)) {
            assertThrows(TensorException.class, () -> sequences.prepare().build());
        }
        try (var session = Session.open(Models.fetched("lr_mnist.onnx"));
             var prepared = session.prepare().input("float_input", 1, 784).build()) {
            prepared.run();
            assertEquals(Shape.of(1), prepared.output("output_label").shape());
            var e = assertThrows(RuntimeException.class, () -> prepared.output("output_probability"));
            assertTrue(e instanceof TensorException || e instanceof OrtException, e::toString);
        }
    }

    /** Operators on sequences could hand on the tensors that they were given, which may end before the results do. */
    @ParameterizedTest
    @ValueSource(strings = {"Identity", "SequenceErase", "SequenceInsert", "SequenceConstruct", "SequenceAt"})
    void whatComesOutIsNotTheMemoryThatWentIn(String operator) {
        var outputType = operator.equals("SequenceAt") ? FLOATS : SEQUENCE;
        var arguments = switch (operator) {
            case "SequenceInsert" -> List.of("s", "t");
            case "SequenceConstruct" -> List.of("t", "t");
            case "Identity" -> List.of("s");
            default -> List.of("s", "zero");
        };
        var model = ModelBuilder.create().input("s", SEQUENCE).input("t", FLOATS).input("zero", OnnxDataType.INT64)
            .node(operator, arguments, List.of("y")).output("y", outputType);
        try (var session = Models.open(model); var arena = Arena.ofConfined()) {
            var tensors = List.of(Tensor.of(arena, new float[] {1}, 1), Tensor.of(arena, new float[] {2}, 1),
                Tensor.of(arena, new float[] {3}, 1));
            var y = session.run(arena, Map.of("s", SequenceValue.of(arena, tensors.subList(0, 2)),
                "t", tensors.get(2), "zero", Tensor.of(arena, new long[1]))).get("y");
            var before = y instanceof Tensor tensor ? List.of(tensor.floats()) : floats(y);
            tensors.forEach(tensor -> tensor.segment().set(ValueLayout.JAVA_FLOAT, 0, -1));
            var after = y instanceof Tensor tensor ? List.of(tensor.floats()) : floats(y);
            for (int i = 0; i < before.size(); i++) {
                assertArrayEquals(before.get(i), after.get(i));
            }
        }
    }
}
