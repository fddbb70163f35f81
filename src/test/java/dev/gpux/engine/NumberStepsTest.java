package dev.gpux.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.PipelineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps that change numbers before the model, on models that give back what they are given. */
class NumberStepsTest {
    @TempDir
    Path folder;

    private TestPipeline open(OnnxDataType type, Object[] dims, String steps) throws IOException {
        return TestPipeline.of(folder, TestPipeline.identity(type, dims), steps);
    }

    private float[] floats(Object[] dims, String steps, float[] given, long... shape) throws IOException {
        try (var pipeline = open(OnnxDataType.FLOAT, dims, "preprocess: [" + steps + "]\n")) {
            return TestPipeline.tensor(pipeline.run("v", given, shape), "y").floats();
        }
    }

    private static Object[] dims(Object... dims) {
        return dims;
    }

    @Test
    void scaleIsANumberOrOneForEachPlace() throws IOException {
        float[] given = {1, 2, 3, 4};
        assertArrayEquals(new float[] {0.5f, 1, 1.5f, 2}, floats(dims(2, 2), "scale: {input: v, by: 0.5}", given, 2, 2));
        assertArrayEquals(new float[] {0, 4, 1, 12},
            floats(dims(2, 2), "scale: {input: v, by: [1, 4], mean: [1, 4], std: [2, 1]}", given, 2, 2));
        assertArrayEquals(new float[] {1, 2, 30, 40},
            floats(dims(2, 2), "scale: {input: v, by: [1, 10], axis: 0}", given, 2, 2));
    }

    @Test
    void shapesChange() throws IOException {
        float[] given = {1, 2, 3, 4, 5, 6};
        assertArrayEquals(given, floats(dims(1, 6), "reshape: {input: v, shape: [1, -1]}", given, 2, 3));
        assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, floats(dims(3, 2), "transpose: {input: v}", given, 2, 3));
        assertArrayEquals(new float[] {1, 3, 5, 2, 4, 6},
            floats(dims(2, 1, 3), "transpose: {input: v, axes: [2, 1, 0]}", given, 3, 1, 2));
        assertArrayEquals(new float[] {6, 5, 4, 3, 2, 1}, floats(dims(2, 3), "flip: {input: v}", given, 2, 3));
        assertArrayEquals(new float[] {3, 2, 1, 6, 5, 4}, floats(dims(2, 3), "flip: {input: v, axes: -1}", given, 2, 3));
        assertArrayEquals(new float[] {1, 2, 3, 9, 4, 5, 6, 9},
            floats(dims(2, 4), "pad: {input: v, to: 4, value: 9}", given, 2, 3));
        assertArrayEquals(new float[] {0, 1, 2, 3, 0, 4, 5, 6},
            floats(dims(2, 4), "pad: {input: v, multiple_of: 4, at: start}", given, 2, 3));
        assertArrayEquals(new float[] {1, 2, 4, 5},
            floats(dims(2, 2), "pad: {input: v, to: 2, longer: cut}", given, 2, 3));
        assertArrayEquals(new float[] {0, 1, 0, 1, 0, 0},
            floats(dims(2, 3), "one_hot: {input: v, classes: 3}", new float[] {1, 0}, 2));
    }

    @Test
    void stepsReadWhatTheOnesBeforeMade() throws IOException {
        assertArrayEquals(new float[] {2, 8, 4, 10, 6, 12}, floats(dims(1, 6),
            "scale: {input: v, by: 2, as: a}, transpose: {input: a, as: b}, reshape: {input: b, shape: [1, 6], as: x}",
            new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    }

    @Test
    void whatBecomesTheModelsInputHasItsType() throws IOException {
        try (var pipeline = open(OnnxDataType.UINT8, dims(4), "preprocess: [cast: {input: v}]")) {
            var y = TestPipeline.tensor(pipeline.run("v", new float[] {-1, 2.5f, 3.5f, 300}, 4), "y");
            assertArrayEquals(new byte[] {0, 2, 4, (byte) 255}, y.bytes());
        }
        try (var pipeline = open(OnnxDataType.INT64, dims(2), """
            inputs: {v: {type: tensor, dtype: int64}}
            preprocess: [reshape: {input: v, shape: [2]}]
            """)) {
            long large = (1L << 53) + 1;
            var y = TestPipeline.tensor(pipeline.run(Map.of("v", new Input.Numbers(
                Tensor.of(pipeline.arena, new long[] {large, -large}, 1, 2)))), "y");
            assertArrayEquals(new long[] {large, -large}, y.longs());
        }
        try (var pipeline = open(OnnxDataType.FLOAT16, dims(2), "preprocess: [scale: {input: v, by: 0.1}]")) {
            assertArrayEquals(new float[] {0.099975586f, 1}, TestPipeline.tensor(
                pipeline.run("v", new float[] {1, 10}, 2), "y").floats());
        }
    }

    @Test
    void constantsAndDefaultsNeedNoInput() throws IOException {
        var add = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n", 2).input("rate", OnnxDataType.FLOAT, "n", 2)
            .node("Add", List.of("x", "rate"), List.of("y")).output("y", OnnxDataType.FLOAT, "n", 2);
        try (var pipeline = TestPipeline.of(folder, add, """
            inputs: {x: {type: tensor, default: [[1, 2]]}}
            preprocess: [constant: {as: rate, value: [10, 20]}]
            """)) {
            assertArrayEquals(new float[] {11, 22}, TestPipeline.tensor(pipeline.run(Map.of()), "y").floats());
            assertArrayEquals(new float[] {10, 20}, TestPipeline.tensor(pipeline.run("x", new float[2], 1, 2), "y").floats());
        }
    }

    @Test
    void itemsOfDifferentLengthArePaddedAndTheirAnswersCut() throws IOException {
        var model = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "batch", "time")
            .input("mask", OnnxDataType.INT64, "batch", "time").input("n", OnnxDataType.INT32, "batch")
            .node("Identity", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT, "batch", "time")
            .node("Identity", List.of("mask"), List.of("m")).output("m", OnnxDataType.INT64, "batch", "other")
            .node("Identity", List.of("n"), List.of("l")).output("l", OnnxDataType.INT32, "batch");
        for (var at : List.of("end", "start")) {
            try (var pipeline = TestPipeline.of(folder, model,
                "preprocess: [pad: {input: v, as: x, mask: mask, lengths: n, value: -1, at: " + at + "}]")) {
                var outcomes = pipeline.model().run(pipeline.arena, List.of(
                    Map.of("v", pipeline.numbers(new float[] {1, 2, 3}, 1, 3)),
                    Map.of("v", pipeline.numbers(new float[] {4}, 1, 1)))).outcomes();
                var second = outcomes.get(1).answers();
                assertArrayEquals(new float[] {1, 2, 3}, TestPipeline.tensor(outcomes.get(0).answers(), "y").floats());
                assertArrayEquals(new float[] {4}, TestPipeline.tensor(second, "y").floats());
                assertEquals(Shape.of(1, 1), TestPipeline.tensor(second, "y").shape());
                // An axis of another name stays as it is.
                assertArrayEquals(at.equals("end") ? new long[] {1, 0, 0} : new long[] {0, 0, 1},
                    TestPipeline.tensor(second, "m").longs());
                assertArrayEquals(new int[] {1}, TestPipeline.tensor(second, "l").ints());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        reshape: {input: v, shape: [4]}              | makes 'x' as float32[4], and the model's input is float32[2, 2]
        reshape: {input: v, shape: [-1, -1]}         | only one size can be -1
        reshape: {input: v}                          | reshape needs a shape
        scale: {input: v, as: z}                     | makes 'z', which neither the model nor a step reads
        scale: {input: v, std: 0}                    | cannot be 0
        scale: {input: v, by: [1, 2], std: [1, 2, 3]} | one number each
        transpose: {input: v, axes: [0, 0]}          | each axis from 0 to 1 once
        one_hot: {input: v}                          | needs the number of classes
        constant: {as: q, value: 1}                  | has no input 'q'
        constant: {as: x, value: [1, 2, 3]}          | there are 3 numbers
        pad: {input: v, to: 3}                       | makes 'x' as
        cast: {input: v, as: q}                      | cast needs a dtype
        cast: {input: v, to: string}                 | expected one of
        """)
    void whatDoesNotFitTheModelIsAnErrorOfTheGpuxfile(String step, String expected) {
        var steps = "inputs: {v: {type: tensor, shape: [2, 2]}}\npreprocess: [" + step + "]";
        var error = assertThrows(GpuxfileException.class, () -> open(OnnxDataType.FLOAT, dims(2, 2), steps).close());
        assertTrue(error.getMessage().contains("GPUXfile:3:"), error.getMessage());
        assertTrue(error.getMessage().contains(expected), error.getMessage());
    }

    @Test
    void aTextForAStepOfNumbersIsAnError() {
        var steps = "inputs: {v: text}\npreprocess: [scale: {input: v}]";
        var error = assertThrows(GpuxfileException.class, () -> open(OnnxDataType.FLOAT, dims(2), steps).close());
        assertTrue(error.getMessage().contains("reads numbers, and the input 'v' is text"), error.getMessage());
    }

    @Test
    void whatIsFoundOutOnlyAtTheRunIsAPipelineException() throws IOException {
        try (var pipeline = open(OnnxDataType.FLOAT, dims("n", 3), "preprocess: [one_hot: {input: v, classes: 3}]")) {
            assertThrows(PipelineException.class, () -> pipeline.run("v", new float[] {3}, 1));
            assertThrows(PipelineException.class, () -> pipeline.run("v", new float[] {0.5f}, 1));
        }
        try (var pipeline = open(OnnxDataType.FLOAT, dims(1, "n"), "preprocess: [pad: {input: v, to: 2}]")) {
            assertThrows(PipelineException.class, () -> pipeline.run("v", new float[3], 1, 3));
        }
    }
}
