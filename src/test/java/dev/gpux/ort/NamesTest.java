package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Inputs and outputs are chosen by name, and what is wrong with one is said by name. */
class NamesTest {
    private final RunOptions options = new RunOptions();
    private Arena arena;
    private Session session;
    private Tensor one;
    private Tensor two;

    @BeforeEach
    void open() {
        arena = Arena.ofConfined();
        session = Models.open(Models.sumAndDifference());
        one = Tensor.of(arena, new float[] {1, 1}, 2);
        two = Tensor.of(arena, new float[] {2, 3}, 2);
    }

    @AfterEach
    void close() {
        session.close();
        options.close();
        arena.close();
    }

    private static void says(RuntimeException e, String... words) {
        for (var word : words) {
            assertTrue(e.getMessage().contains(word), () -> "'" + word + "' is not in: " + e.getMessage());
        }
    }

    @Test
    void theOrderOfTheMapDoesNotMatter() {
        for (var inputs : List.of(Map.of("a", one, "b", two), new TreeMap<>(Map.of("b", two, "a", one)),
                new LinkedHashMap<>(Map.of("a", one, "b", two)))) {
            try (var outputs = session.run(inputs)) {
                assertEquals(List.of("sum", "difference"), outputs.names());
                assertArrayEquals(new float[] {3, 4}, outputs.tensor("sum").floats());
                assertArrayEquals(new float[] {-1, -2}, outputs.tensor("difference").floats());
            }
        }
    }

    @Test
    void someOfTheOutputsInAnyOrder() {
        var inputs = Map.of("a", one, "b", two);
        try (var outputs = session.run(inputs, List.of("difference"), options)) {
            assertEquals(List.of("difference"), outputs.names());
            assertArrayEquals(new float[] {-1, -2}, outputs.tensor(0).floats());
            says(assertThrows(TensorException.class, () -> outputs.get("sum")), "sum", "difference");
            assertThrows(IndexOutOfBoundsException.class, () -> outputs.get(1));
        }
        try (var outputs = session.run(inputs, List.of("difference", "sum"), options)) {
            assertArrayEquals(new float[] {3, 4}, outputs.tensor(1).floats());
            assertEquals(List.of("difference", "sum"), new ArrayList<>(outputs.asMap().keySet()));
        }
        try (var outputs = session.run(inputs, List.of("sum", "sum"), options)) {
            assertArrayEquals(outputs.tensor(0).floats(), outputs.tensor(1).floats());
        }
        try (var prepared = session.prepare().input("a", 2).input("b", 2).outputs("difference").build()) {
            prepared.run();
            assertEquals(List.of("difference"), prepared.outputNames());
            assertThrows(TensorException.class, () -> prepared.output("sum"));
        }
    }

    @Test
    void aListThatChangesLaterChangesNothing() {
        var names = new ArrayList<>(List.of("sum"));
        try (var outputs = session.run(Map.of("a", one, "b", two), names, options)) {
            names.set(0, "difference");
            assertArrayEquals(new float[] {3, 4}, outputs.tensor("sum").floats());
        }
    }

    @Test
    void outputsThatAreNone() {
        var inputs = Map.of("a", one, "b", two);
        says(assertThrows(TensorException.class, () -> session.run(inputs, List.of("sun"), options)),
            "'sun'", "sum, difference");
        assertThrows(OrtException.class, () -> session.run(inputs, List.of(), options));
        says(assertThrows(TensorException.class, () -> session.prepare().outputs("sun").build()), "output", "'sun'");
        says(assertThrows(TensorException.class, () -> session.prepare().outputs("a").build()), "output", "'a'");
        says(assertThrows(TensorException.class, () -> session.prepare().output("a", 2).build()), "output", "'a'");
        says(assertThrows(TensorException.class, () -> session.prepare().input("sum", one).build()), "input", "'sum'");
    }

    @Test
    void inputsThatAreMissingOrUnknown() {
        says(assertThrows(TensorException.class, () -> session.run(Map.of("a", one))), "'b'", "missing", "float32[n]");
        says(assertThrows(TensorException.class, () -> session.run(Map.of())), "'a'", "nothing");
        says(assertThrows(TensorException.class, () -> session.run(Map.of("a", one, "B", two))), "'b'", "B");
        says(assertThrows(TensorException.class, () -> session.run(Map.of("a", one, "b", two, "c", two))),
            "'c'", "a, b");
        says(assertThrows(TensorException.class, () -> session.prepare().input("c", 2).build()), "'c'", "a, b");
        says(assertThrows(TensorException.class, () -> session.prepare().input("a", 2).build()), "'b: float32[n]'");
    }

    @Test
    void inputsOfAWrongTypeOrShape() {
        try (var fixed = Models.open(Models.plus(1, 2, 3))) {
            for (var wrong : List.of(Tensor.of(arena, new double[3], 3), Tensor.of(arena, new float[4], 4),
                    Tensor.of(arena, new float[3], 3, 1), Tensor.of(arena, new float[1]),
                    Tensor.ofStrings(arena, List.of("a", "b", "c"), 3))) {
                says(assertThrows(TensorException.class, () -> fixed.run(Map.of("x", wrong))),
                    "'x'", "float32[3]", wrong.toString());
                says(assertThrows(TensorException.class, () -> fixed.prepare().input("x", wrong).build()),
                    "'x'", "float32[3]", wrong.toString());
            }
            assertThrows(TensorException.class, () -> fixed.prepare().input("x", 4).build());
            assertThrows(TensorException.class, () -> fixed.prepare().input("x", 3, 1).build());
        }
        var sequence = SequenceValue.of(arena, List.of(one));
        assertThrows(OrtException.class, () -> session.run(Map.of("a", one, "b", sequence)));
    }

    /** Shapes that each fit the model but not one another: an operator fails, in ORT's words. */
    @Test
    void inputsThatDoNotFitEachOther() {
        var three = Tensor.of(arena, new float[3], 3);
        assertThrows(OrtException.class, () -> session.run(Map.of("a", one, "b", three)));
        try (var outputs = session.run(Map.of("a", one, "b", two))) {
            assertArrayEquals(new float[] {3, 4}, outputs.tensor("sum").floats(), "the session is as good as before");
        }
    }

    @Test
    void initialisersThatCanBeReplaced() {
        var model = ModelBuilder.create().input("x", OnnxDataType.FLOAT, 2).input("w", OnnxDataType.FLOAT, 2)
            .initializer("w", new long[] {2}, 10f, 20f).initializer("hidden", new long[] {2}, 1f, 1f)
            .node("Sum", List.of("x", "w", "hidden"), List.of("y")).output("y", OnnxDataType.FLOAT, 2)
            .output("w", OnnxDataType.FLOAT, 2);
        try (var replaceable = Models.open(model)) {
            assertEquals("[x: float32[2]]", replaceable.inputs().toString());
            assertEquals("[w: float32[2]]", replaceable.overridableInitializers().toString());
            assertEquals(List.of(), session.overridableInitializers());
            try (var outputs = replaceable.run(Map.of("x", one))) {
                assertArrayEquals(new float[] {12, 22}, outputs.tensor("y").floats());
                assertArrayEquals(new float[] {10, 20}, outputs.tensor("w").floats());
            }
            Outputs outputs;
            try (var shortLived = Arena.ofConfined()) {
                outputs = replaceable.run(Map.of("x", one, "w", Tensor.of(shortLived, new float[] {5, 6}, 2)));
            }
            try (outputs) {
                assertArrayEquals(new float[] {7, 8}, outputs.tensor("y").floats());
                assertArrayEquals(new float[] {5, 6}, outputs.tensor("w").floats());
            }
            says(assertThrows(TensorException.class, () -> replaceable.run(Map.of("x", one, "hidden", two))),
                "'hidden'");
            says(assertThrows(RuntimeException.class, () ->
                replaceable.run(Map.of("x", one, "w", Tensor.of(arena, new long[2], 2)))), "w", "int64", "float32");
            says(assertThrows(RuntimeException.class, () ->
                replaceable.run(Map.of("x", one, "w", Tensor.of(arena, new float[3], 3)))), "w", "3", "2");
        }
    }

    @Test
    void namesOfAnyScript() {
        var model = ModelBuilder.create().input("größe/日本:0", OnnxDataType.FLOAT, 1)
            .node("Neg", List.of("größe/日本:0"), List.of("😀")).output("😀", OnnxDataType.FLOAT, 1);
        try (var named = Models.open(model);
             var outputs = named.run(Map.of("größe/日本:0", Tensor.of(arena, new float[] {1}, 1)),
                 List.of("😀"), options)) {
            assertArrayEquals(new float[] {-1}, outputs.tensor("😀").floats());
        }
    }
}
