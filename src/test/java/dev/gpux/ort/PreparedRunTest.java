package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.ValueType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PreparedRunTest {

    @Test
    void writesIntoItsInputsAndReadsItsOutputs() {
        try (var session = Models.open(Models.sumAndDifference());
             var prepared = session.prepare().input("a", 2).input("b", 2).build()) {
            assertEquals(List.of("a", "b"), prepared.inputNames());
            assertEquals(List.of("sum", "difference"), prepared.outputNames());
            var sum = prepared.output("sum").segment();
            for (int i = 0; i < 3; i++) {
                prepared.input("a").segment().setAtIndex(JAVA_FLOAT, 1, i);
                prepared.input("b").segment().setAtIndex(JAVA_FLOAT, 1, 10);
                prepared.run();
                assertEquals(10 + i, sum.getAtIndex(JAVA_FLOAT, 1), "the segment is the same for all runs");
                assertArrayEquals(new float[] {0, i - 10}, prepared.output("difference").floats());
            }
            assertThrows(TensorException.class, () -> prepared.input("sum"));
            assertThrows(TensorException.class, () -> prepared.output("c"));
        }
    }

    /** The outputs' shape follows from the inputs' where their dimensions have the same names. */
    @Test
    void fixedOutputsLieInMemoryMadeBeforehand() {
        try (var session = Models.open(Models.identity(ElementType.FLOAT32, "n", 3));
             var prepared = session.prepare().input("x", 4, 3).build()) {
            assertEquals(Shape.of(4, 3), prepared.output("y").shape());
            assertEquals(0, prepared.output("y").segment().address() % Tensor.ALIGNMENT);
            prepared.run();
        }
    }

    @Test
    void outputsWhoseShapeEachRunDecides() {
        try (var session = Models.open(Models.nonZero()); var prepared = session.prepare().input("x", 8).build()) {
            assertThrows(TensorException.class, () -> prepared.output("at"), "no run has given it a shape");
            var x = prepared.input("x").segment();
            for (int found = 0; found <= 8; found++) {
                prepared.run();
                var at = prepared.output("at");
                assertEquals(Shape.of(1, found), at.shape());
                for (int i = 0; i < found; i++) {
                    assertEquals(i, at.segment().getAtIndex(JAVA_LONG, i));
                }
                if (found < 8) {
                    x.setAtIndex(JAVA_FLOAT, found, 1);
                }
                if (found > 0 && found < 8) {
                    prepared.run();
                    assertThrows(IllegalStateException.class, () -> at.segment().get(JAVA_LONG, 0),
                        "a tensor of another shape is in its place");
                }
            }
        }
    }

    /** What lets a loop over such outputs go without the heap. */
    @Test
    void outputsInTheSamePlaceKeepTheirTensor() {
        try (var session = Models.open(Models.nonZero()); var prepared = session.prepare().input("x", 8).build()) {
            prepared.input("x").segment().setAtIndex(JAVA_FLOAT, 5, 1);
            prepared.run();
            var first = prepared.output("at");
            assertSame(first, prepared.output("at"));
            prepared.run();
            var second = prepared.output("at");
            assertArrayEquals(new long[] {5}, second.longs());
            if (second == first) {
                assertArrayEquals(new long[] {5}, first.longs());
            } else {
                assertThrows(IllegalStateException.class, first::longs);
            }
        }
    }

    @Test
    void afterARunThatFailed() {
        var model = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n").input("shape", OnnxDataType.INT64, 1)
            .node("Reshape", List.of("x", "shape"), List.of("y")).output("y", OnnxDataType.FLOAT, "m");
        try (var session = Models.open(model); var prepared = session.prepare().input("x", 4).build()) {
            var shape = prepared.input("shape").segment();
            shape.set(JAVA_LONG, 0, 4);
            prepared.run();
            var good = prepared.output("y");
            assertEquals(Shape.of(4), good.shape());
            shape.set(JAVA_LONG, 0, 5);
            assertThrows(OrtException.class, prepared::run);
            assertThrows(IllegalStateException.class, good::floats, "its memory went with the run that failed");
            assertThrows(TensorException.class, () -> prepared.output("y"));
            shape.set(JAVA_LONG, 0, -1);
            prepared.run();
            assertArrayEquals(new float[4], prepared.output("y").floats());
        }
    }

    /** The real classifier declares one label and gives as many as there are rows. */
    @Test
    void anOutputOfAnotherShapeThanDeclared() {
        try (var session = Session.open(Models.fetched("lr_mnist.onnx"))) {
            try (var prepared = session.prepare().input("float_input", 2, 784).outputs("output_label").build()) {
                var e = assertThrows(OrtException.class, prepared::run);
                assertTrue(e.getMessage().contains("{1}") && e.getMessage().contains("{2}"), e::getMessage);
            }
            try (var prepared = session.prepare().input("float_input", 2, 784).output("output_label", 2)
                    .outputs("output_label").build()) {
                prepared.run();
                assertEquals(2, prepared.output("output_label").longs().length);
            }
        }
    }

    @Test
    void outputsThatCannotGoWhereTheyShall() {
        try (var session = Models.open(Models.identity(ElementType.FLOAT64, "n")); var arena = Arena.ofConfined()) {
            var bytes = Tensor.allocate(arena, ElementType.UINT8, 4);
            var e = assertThrows(TensorException.class,
                () -> session.prepare().input("x", 4).output("y", bytes).build());
            assertTrue(e.getMessage().contains("y: float64[n]") && e.getMessage().contains("uint8[4]"), e::getMessage);
            var three = Tensor.allocate(arena, ElementType.FLOAT64, 3);
            try (var prepared = session.prepare().input("x", 4).output("y", three).build()) {
                assertThrows(OrtException.class, prepared::run);
            }
            var two = Tensor.allocate(arena, ElementType.FLOAT64, 2, 2);
            assertThrows(TensorException.class, () -> session.prepare().input("x", 4).output("y", two).build());
        }
        try (var session = Session.open(Models.fetched("lr_mnist.onnx")); var arena = Arena.ofConfined()) {
            var y = Tensor.allocate(arena, ElementType.FLOAT32, 1, 10);
            assertThrows(TensorException.class, () ->
                session.prepare().input("float_input", 1, 784).output("output_probability", y).build());
        }
    }

    /** The same tensor in and out: an elementwise model works in place. */
    @Test
    void oneTensorAsInputAndOutput() {
        try (var session = Models.open(Models.plus(1, 2)); var arena = Arena.ofConfined()) {
            var both = Tensor.allocate(arena, ElementType.FLOAT32, 2);
            try (var prepared = session.prepare().input("x", both).output("y", both).build()) {
                for (int i = 1; i <= 5; i++) {
                    prepared.run();
                    assertArrayEquals(new float[] {i, 2 * i}, both.floats());
                }
            }
        }
    }

    @Test
    void outputsThatAreInputsAreTheInputs() {
        // Of no declared size or no declared rank, so that only the input can say it.
        for (var type : List.of(ValueType.tensor(OnnxDataType.FLOAT, "?"),
                ValueType.tensorOfAnyShape(OnnxDataType.FLOAT))) {
            var model = ModelBuilder.create().input("x", type).node("Neg", List.of("x"), List.of("y"))
                .output("x", type).output("y", type);
            var foreign = Arena.ofConfined();
            var x = Tensor.wrap(foreign, ElementType.FLOAT32, foreign.allocate(8, 4), 2);
            try (var session = Models.open(model); var bound = session.prepare().input("x", x).build();
                 var own = session.prepare().input("x", 2).build()) {
                for (var run : List.of(bound, own)) {
                    run.input("x").segment().setAtIndex(JAVA_FLOAT, 0, 7);
                    run.run();
                    assertSame(run.input("x"), run.output("x"));
                    assertArrayEquals(new float[] {-7, -0f}, run.output("y").floats());
                }
                var other = Tensor.of(foreign, new float[2], 2);
                assertThrows(TensorException.class, () ->
                    session.prepare().input("x", x).output("x", other).build());
                session.prepare().input("x", x).output("x", x).build().close();
                foreign.close();
                assertThrows(IllegalStateException.class, () -> bound.output("x").floats());
                assertThrows(IllegalStateException.class, bound::run);
            }
        }
    }

    @Test
    void boundAndOwnTensorsTogether() {
        try (var session = Models.open(Models.sumAndDifference()); var arena = Arena.ofShared()) {
            var a = Tensor.of(arena, new float[] {1, 2}, 2);
            var difference = Tensor.allocate(arena, ElementType.FLOAT32, 2);
            try (var prepared = session.prepare().input("a", a).input("b", 2).output("difference", difference)
                    .build()) {
                assertSame(a, prepared.input("a"));
                assertSame(difference, prepared.output("difference"));
                prepared.input("b").segment().copyFrom(MemorySegment.ofArray(new float[] {5, 5}));
                prepared.run();
                assertArrayEquals(new float[] {6, 7}, prepared.output("sum").floats());
                assertArrayEquals(new float[] {-4, -3}, difference.floats());
            }
            assertArrayEquals(new float[] {-4, -3}, difference.floats(), "it is the caller's");
        }
    }

    @Test
    void aBuilderMakesAnyNumberOfRuns() {
        try (var session = Models.open(Models.plus(1))) {
            var builder = session.prepare();
            try (var first = builder.build(); var second = builder.build()) {
                first.input("x").segment().set(JAVA_FLOAT, 0, 5);
                first.run();
                second.run();
                assertArrayEquals(new float[] {6}, first.output("y").floats());
                assertArrayEquals(new float[] {1}, second.output("y").floats());
            }
        }
    }

    @Test
    void aRealModelGivesTheSameAsAPlainRun() {
        try (var session = Session.open(Models.fetched("cnn_mnist.onnx")); var arena = Arena.ofConfined();
             var prepared = session.prepare().input("input_image", 1, 1, 28, 28).build()) {
            var image = Tensor.allocate(arena, ElementType.FLOAT32, 1, 1, 28, 28);
            for (int i = 0; i < 784; i++) {
                image.segment().setAtIndex(JAVA_FLOAT, i, (i * 31 % 17) / 17f);
            }
            prepared.input("input_image").segment().copyFrom(image.segment());
            prepared.run();
            try (var outputs = session.run(Map.of("input_image", image))) {
                assertArrayEquals(outputs.tensor("output_probs").floats(), prepared.output("output_probs").floats());
            }
        }
    }
}
