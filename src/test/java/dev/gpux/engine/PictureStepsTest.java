package dev.gpux.engine;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.image.ColorOrder;
import dev.gpux.pipeline.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps for pictures, on models that give back what they get. */
class PictureStepsTest {
    @TempDir
    Path folder;

    /** Two pixels across, one down: (10, 20, 30) and (40, 50, 60). */
    private static final Input TWO = new Input.Decoded(new Picture(2, 1, ColorOrder.RGB, new byte[] {10, 20, 30, 40, 50, 60}));

    private dev.gpux.ort.Tensor image(OnnxDataType type, String step, Input picture, Object... dims) throws IOException {
        var pipeline = TestPipeline.of(folder, TestPipeline.identity(type, dims), "preprocess:\n  - image: " + step);
        return TestPipeline.tensor(pipeline.run(Map.of("picture", picture)), "y");
    }

    @Test
    void writesTheModelsLayoutAndType() throws IOException {
        var first = image(OnnxDataType.FLOAT, "{scale: 1/10, mean: [1, 2, 3], std: [1, 1, 2]}", TWO, "n", 3, 1, 2);
        assertArrayEquals(new float[] {0, 3, 0, 3, 0, 1.5f}, first.segment().toArray(JAVA_FLOAT));
        var last = image(OnnxDataType.FLOAT, "{color: bgr, layout: nhwc}", TWO, "n", 1, 2, 3);
        assertArrayEquals(new float[] {30, 20, 10, 60, 50, 40}, last.segment().toArray(JAVA_FLOAT));
        var half = image(OnnxDataType.FLOAT16, "{scale: 1/4}", TWO, 1, 3, 1, 2);
        assertEquals(2.5f, Float.float16ToFloat(half.segment().get(JAVA_SHORT, 0)));
        var bytes = image(OnnxDataType.UINT8, "{invert: true, layout: nhwc, size: auto}", TWO, "n", "h", "w", 3);
        assertArrayEquals(new byte[] {(byte) 245, (byte) 235, (byte) 225, (byte) 215, (byte) 205, (byte) 195},
            bytes.segment().toArray(JAVA_BYTE));
    }

    @Test
    void fillsUpWhatThePictureDoesNotCover() throws IOException {
        var centered = image(OnnxDataType.FLOAT, "{size: 4, fit: letterbox, resample: nearest, pad: 7, color: gray}",
            new Input.Decoded(new Picture(2, 1, ColorOrder.GRAY, new byte[] {1, 2})), "n", 1, 4, 4);
        assertArrayEquals(new float[] {7, 7, 7, 7, 1, 1, 2, 2, 1, 1, 2, 2, 7, 7, 7, 7},
            centered.segment().toArray(JAVA_FLOAT));
        var left = image(OnnxDataType.FLOAT, "{size: [1, auto], min: 4, pad: 9, resample: nearest}",
            new Input.Decoded(new Picture(2, 1, ColorOrder.GRAY, new byte[] {1, 2})), "n", 1, "h", "w");
        assertArrayEquals(new float[] {1, 2, 9, 9}, left.segment().toArray(JAVA_FLOAT));
    }

    @Test
    void mistakesAreFoundBeforeAnyRun() {
        record Mistake(String step, String message, Object... dims) { }
        for (var mistake : new Mistake[] {
            new Mistake("{}", "say size: [height, width], or auto", "n", 3, "h", "w"),
            new Mistake("{size: 5}", "has a height of 4 pixels, not 5", "n", 3, 4, 4),
            new Mistake("{color: gray}", "it has 3 channels, not 1", "n", 3, 4, 4),
            new Mistake("{to: z}", "the model has no input 'z'", "n", 3, 4, 4),
            new Mistake("{std: 0}", "std divides", "n", 3, 4, 4),
            new Mistake("{fit: cower}", "did you mean \"cover\"", "n", 3, 4, 4),
            new Mistake("{size: 4, fit: cover, shortest: 3}", "must not be shorter", "n", 3, 4, 4),
            new Mistake("{}", "image makes float32", "n", 3)}) {
            var error = assertThrows(GpuxfileException.class,
                () -> image(OnnxDataType.FLOAT, mistake.step(), TWO, mistake.dims()));
            assertTrue(error.getMessage().contains(mistake.message()), error::getMessage);
        }
    }

    @Test
    void whatIsNoPictureIsSaidByName() throws IOException {
        var error = assertThrows(PipelineException.class, () -> image(OnnxDataType.FLOAT, "{}",
            new Input.Encoded("hello".getBytes(), "cat.jpg"), "n", 3, 4, 4));
        assertEquals("input 'picture': cat.jpg: the file is no picture of a kind that can be read; expected a PNG, JPEG, "
            + "BMP or GIF file", error.getMessage());
    }

    /** A model that gives back the numbers {@code d}, whatever the picture is. */
    private Answer found(String steps, Picture picture, float[] numbers, long... shape) throws IOException {
        var dims = new Object[shape.length];
        Arrays.setAll(dims, i -> shape[i]);
        dims[0] = "n";
        var model = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n", 3, 100, 100)
            .input("d", OnnxDataType.FLOAT, dims).node("Identity", List.of("d"), List.of("o"))
            .node("Shape", List.of("x"), List.of("s")).output("s", OnnxDataType.INT64, 4)
            .output("o", OnnxDataType.FLOAT, dims);
        try (var pipeline = TestPipeline.of(folder, model, "preprocess: [image: {to: x, fit: letterbox}]\n" + steps)) {
            return pipeline.run(Map.of("picture", new Input.Decoded(picture), "d", pipeline.numbers(numbers, shape)))
                .get("it");
        }
    }

    private static Picture wide() {
        return new Picture(400, 200, ColorOrder.GRAY, new byte[400 * 200]);
    }

    private List<Answer.Boxes.Box> boxes(String step, float[] numbers, long... shape) throws IOException {
        return assertInstanceOf(Answer.Boxes.class, found("postprocess: [boxes: {output: o, as: it, " + step + "}]", wide(),
            numbers, shape)).boxes();
    }

    private static void assertBox(Answer.Boxes.Box box, String label, double score, double... edges) {
        assertEquals(label, box.label());
        assertEquals(score, box.score(), 1e-6);
        var corners = box.corners();
        assertArrayEquals(edges, new double[] {corners.left(), corners.top(), corners.right(), corners.bottom()}, 1e-3);
    }

    @Test
    void boxesAreInThePicturesOwnPixels() throws IOException {
        // 400×200 lies in 100×100 as 100×50, 25 from the top: x is a quarter, y a quarter and 25.
        var rows = new float[] {10, 30, 20, 40, 0.1f, 0.9f, 11, 31, 20, 40, 0.1f, 0.8f, 60, 50, 90, 120, 0.7f, 0.2f,
            10, 30, 20, 40, 0.6f, 0.5f};
        var found = boxes("layout: corners, labels: [cat, dog]", rows, 1, 4, 6);
        assertEquals(3, found.size(), found::toString);
        assertBox(found.get(0), "dog", 0.9f, 40, 20, 80, 60);
        assertBox(found.get(1), "cat", 0.7f, 240, 100, 360, 200);
        assertBox(found.get(2), "cat", 0.6f, 40, 20, 80, 60);
        assertEquals(2, boxes("layout: corners, per_class: false", rows, 1, 4, 6).size());
        assertEquals(1, boxes("layout: corners, score: 0.75", rows, 1, 4, 6).size());
        assertEquals(1, boxes("layout: corners, most: 1", rows, 1, 4, 6).size());
    }

    @Test
    void knowsTheUsualLayouts() throws IOException {
        assertBox(boxes("layout: yolo", new float[] {15, 50, 35, 60, 10, 20, 10, 20, 0.1f, 0.2f, 0.9f, 0.1f}, 1, 6, 2)
            .getFirst(), "1", 0.9f, 40, 20, 80, 60);
        assertBox(boxes("layout: yolo5", new float[] {15, 35, 10, 10, 0.5f, 0.2f, 0.8f}, 1, 1, 7).getFirst(), "1", 0.4f,
            40, 20, 80, 60);
        assertBox(boxes("layout: final, units: relative", new float[] {0.1f, 0.3f, 0.2f, 0.4f, 0.75f, 7}, 1, 1, 6).getFirst(),
            "7", 0.75f, 40, 20, 80, 60);
        // One cell of 50 pixels with one anchor of 20×30: zero before the sigmoid is the middle of the cell, and the
        // anchor's own size.
        var head = new float[2 * 2 * 6];
        Arrays.fill(head, -9);
        for (int field = 0; field < 6; field++) {
            head[(0 * 2 + 1) * 6 + field] = field < 4 ? 0 : 9;
        }
        double sure = Math.pow(1 / (1 + Math.exp(-9)), 2);
        assertBox(boxes("layout: anchors, strides: 50, anchors: [20, 30]", head, 1, 1, 2, 2, 6).getFirst(), "0", sure,
            260, 0, 340, 60);
        assertBox(boxes("layout: anchors, strides: 50, anchors: [20, 30], decode: yolo3", head, 1, 1, 2, 2, 6).getFirst(), "0",
            sure, 260, 0, 340, 60);
    }

    @Test
    void masksAreAsLargeAsThePicture() throws IOException {
        // A map of 4×4 over the tensor: the picture covers its two middle rows.
        var scores = new float[16];
        scores[4] = 0.9f;
        var mask = assertInstanceOf(Answer.Image.class, found("postprocess: [mask: {output: o, as: it}]", wide(), scores, 1, 1,
            4, 4)).picture();
        assertEquals("400×200 pixels", mask.toString());
        assertEquals(255, mask.at(0, 0, 0));
        assertEquals(255, mask.at(99, 99, 0));
        assertEquals(0, mask.at(100, 0, 0));
        assertEquals(0, mask.at(0, 100, 0));
        var classes = new float[2 * 16];
        classes[16 + 6] = 1;
        var argmax = assertInstanceOf(Answer.Image.class, found("postprocess: [mask: {output: o, as: it, step: 9}]", wide(),
            classes, 1, 2, 4, 4)).picture();
        assertEquals(9, argmax.at(250, 50, 0));
        assertEquals(0, argmax.at(150, 50, 0));
    }
}
