package dev.gpux.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.ort.Shape;
import dev.gpux.pipeline.PipelineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that listen to a stream: chunks, and state carried from run to run. */
class StreamingTest {
    @TempDir
    Path folder;

    /** A running sum: {@code sum = ReduceSum(x) + state; stateN = sum; y = x + state}. */
    private static ModelBuilder accumulator() {
        return ModelBuilder.create()
            .input("x", OnnxDataType.FLOAT, 1, "time").input("state", OnnxDataType.FLOAT, "batch", 1)
            .initializer("axis", new long[] {1}, 1L)
            .node("ReduceSum", List.of("x", "axis"), List.of("own"))
            .node("Add", List.of("own", "state"), List.of("stateN"))
            .node("Add", List.of("x", "state"), List.of("y"))
            .node("Squeeze", List.of("stateN"), List.of("sum"))
            .output("y", OnnxDataType.FLOAT, 1, "time").output("sum", OnnxDataType.FLOAT)
            .output("stateN", OnnxDataType.FLOAT, "batch", 1);
    }

    private static final String STREAM = "preprocess: [chunk: {input: v, as: x, size: 2%s}]\nstate: {state: stateN}";

    private TestPipeline open(String more) throws IOException {
        return TestPipeline.of(folder, accumulator(), STREAM.formatted(more));
    }

    @Test
    void theStateOfARunGoesIntoTheNext() throws IOException {
        try (var pipeline = open("")) {
            assertEquals(List.of("v"), pipeline.model().inputs().stream().map(InputSlot::name).toList());
            // Chunks 1 2 | 3 4 | 5 0: the sums before them are 0, 3 and 10.
            var answers = pipeline.run("v", new float[] {1, 2, 3, 4, 5}, 1, 5);
            assertArrayEquals(new float[] {1, 2, 6, 7, 15, 10}, TestPipeline.tensor(answers, "y").floats());
            assertEquals(Shape.of(1, 6), TestPipeline.tensor(answers, "y").shape());
            assertArrayEquals(new float[] {3, 10, 15}, TestPipeline.tensor(answers, "sum").floats());
            assertFalse(answers.containsKey("stateN"));
            // A second stream begins with zeros again.
            assertArrayEquals(new float[] {7}, TestPipeline.tensor(pipeline.run("v", new float[] {3, 4}, 1, 2), "sum").floats());
        }
    }

    @Test
    void theLastChunkIsPaddedKeptOrDropped() throws IOException {
        float[] given = {1, 2, 3};
        try (var pipeline = open(", last: keep")) {
            assertArrayEquals(new float[] {1, 2, 6}, TestPipeline.tensor(pipeline.run("v", given, 1, 3), "y").floats());
        }
        try (var pipeline = open(", last: drop")) {
            assertArrayEquals(new float[] {1, 2}, TestPipeline.tensor(pipeline.run("v", given, 1, 3), "y").floats());
            assertThrows(PipelineException.class, () -> pipeline.run("v", new float[1], 1, 1));
        }
    }

    @Test
    void contextIsWhatCameBefore() throws IOException {
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity(1, 3),
            "preprocess: [chunk: {input: v, size: 2, context: 1}]")) {
            assertArrayEquals(new float[] {0, 1, 2, 2, 3, 4},
                TestPipeline.tensor(pipeline.run("v", new float[] {1, 2, 3, 4}, 1, 4), "y").floats());
        }
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity(2, 2),
            "preprocess: [chunk: {input: v, size: 2}]")) {
            // Two lines, cut along the last axis; put together along the first, which is not 1.
            assertArrayEquals(new float[] {1, 2, 5, 6, 3, 4, 7, 8},
                TestPipeline.tensor(pipeline.run("v", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4), "y").floats());
        }
    }

    @Test
    void streamsOfABatchAreRunOneByOne() throws IOException {
        try (var pipeline = open("")) {
            var outcomes = pipeline.model().run(pipeline.arena, List.of(
                Map.of("v", pipeline.numbers(new float[] {1, 2, 3}, 1, 3)),
                Map.of("v", pipeline.numbers(new float[] {9}, 1, 1)))).outcomes();
            assertArrayEquals(new float[] {3, 6}, TestPipeline.tensor(outcomes.get(0).answers(), "sum").floats());
            assertArrayEquals(new float[] {9}, TestPipeline.tensor(outcomes.get(1).answers(), "sum").floats());
        }
    }

    @Test
    void theGpuxfileGivesTheStateItsShape() throws IOException {
        var grow = ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1, "n").input("past", OnnxDataType.FLOAT, 1, "m")
            .node("Concat", List.of("past", "x"), List.of("present"),
                Attribute.of("axis", 1L))
            .node("Identity", List.of("present"), List.of("y"))
            .output("present", OnnxDataType.FLOAT, 1, "k").output("y", OnnxDataType.FLOAT, 1, "k");
        var steps = """
            inputs: {past: {type: tensor, shape: [1, %d]}}
            preprocess: [chunk: {input: v, as: x, size: 1}]
            state: {past: present}
            """;
        try (var pipeline = TestPipeline.of(folder, grow, steps.formatted(0))) {
            // A state may grow, as the keys and values of a language model do.
            assertArrayEquals(new float[] {1, 1, 2}, TestPipeline.tensor(pipeline.run("v", new float[] {1, 2}, 1, 2), "y")
                .floats());
        }
    }

    @Test
    void aModelWithStateRunsWithoutChunks() throws IOException {
        try (var pipeline = TestPipeline.of(folder, accumulator(), "state: {state: stateN}")) {
            var answers = pipeline.run("x", new float[] {1, 2}, 1, 2);
            assertArrayEquals(new float[] {1, 2}, TestPipeline.tensor(answers, "y").floats());
            assertEquals(Shape.SCALAR, TestPipeline.tensor(answers, "sum").shape());
        }
    }

    @Test
    void aStateThatTheModelHasNotIsAnError() {
        for (var state : List.of("state: {stat: stateN}", "state: {state: nothing}")) {
            var error = assertThrows(ModelException.class, () -> TestPipeline.of(folder, accumulator(), state).close());
            assertTrue(error.getMessage().contains("GPUXfile: state: the model has no"), error.getMessage());
        }
        assertThrows(GpuxfileException.class, () -> TestPipeline.of(folder, TestPipeline.identity(1, 3),
            "inputs: {v: {type: tensor, shape: [1, -1]}}\npreprocess: [chunk: {input: v, size: 2}]").close());
    }
}
