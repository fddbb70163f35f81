package dev.gpux.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.ort.Shape;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.PipelineException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps for sounds, in front of real models. */
class AudioStepsTest {
    @TempDir
    Path folder;

    /** A WAV file of 16-bit PCM. */
    private static byte[] wav(int rate, int channels, int... samples) {
        var file = ByteBuffer.allocate(44 + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples.length)
            .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1).putShort((short) channels)
            .putInt(rate).putInt(2 * channels * rate).putShort((short) (2 * channels)).putShort((short) 16)
            .put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples.length);
        for (int sample : samples) {
            file.putShort((short) sample);
        }
        return file.array();
    }

    private static Map<String, Input> audio(byte[] file) {
        return Map.of("audio", new Input.Encoded(file, "x.wav"));
    }

    @Test
    void aFileBecomesTheModelsSamples() throws IOException {
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity(1, "n"),
            "preprocess: [waveform: {sample_rate: 8000}]")) {
            assertEquals("audio: audio", pipeline.model().inputs().getFirst().toString());
            var y = TestPipeline.tensor(pipeline.run(audio(wav(8000, 2, 16384, 0, -16384, -16384))), "y");
            assertArrayEquals(new float[] {0.25f, -0.5f}, y.floats());
            assertEquals(Shape.of(1, 2), y.shape());
            // Twice the rate, half the samples.
            assertEquals(Shape.of(1, 50), TestPipeline.tensor(pipeline.run(audio(wav(16000, 1, new int[100]))), "y").shape());
        }
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity(OnnxDataType.INT16, 1, "c", "n"),
            "preprocess: [waveform: {sample_rate: 8000, channels: all, scale: 32768}]")) {
            var y = TestPipeline.tensor(pipeline.run(audio(wav(8000, 2, 1, 2, -3, 4))), "y");
            assertArrayEquals(new short[] {1, -3, 2, 4}, y.segment().toArray(ValueLayout.JAVA_SHORT));
            assertEquals(Shape.of(1, 2, 2), y.shape());
        }
    }

    @Test
    void soundsOfDifferentLengthGoIntoOneBatch() throws IOException {
        var model = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "batch", "n").input("n", OnnxDataType.INT64, "batch")
            .node("Identity", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT, "batch", "n")
            .node("Identity", List.of("n"), List.of("l")).output("l", OnnxDataType.INT64, "batch");
        try (var pipeline = TestPipeline.of(folder, model,
            "preprocess: [waveform: {sample_rate: 8000, as: samples}, pad: {input: samples, as: x, lengths: n}]")) {
            var outcomes = pipeline.model().run(pipeline.arena, List.of(audio(wav(8000, 1, 16384)),
                audio(wav(8000, 1, 8192, 0, -8192)))).outcomes();
            assertArrayEquals(new float[] {0.5f}, TestPipeline.tensor(outcomes.get(0).answers(), "y").floats());
            assertArrayEquals(new float[] {0.25f, 0, -0.25f}, TestPipeline.tensor(outcomes.get(1).answers(), "y").floats());
        }
    }

    @Test
    void spectrogramsAndFramesHaveTheModelsShape() throws IOException {
        var noise = new Random(1).ints(1600, -20000, 20000).toArray();
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity("batch", 80, "time"),
            "preprocess: [waveform: {sample_rate: 16000, as: samples}, log_mel: {input: samples}]")) {
            var y = TestPipeline.tensor(pipeline.run(audio(wav(16000, 1, noise))), "y");
            assertEquals(Shape.of(1, 80, 10), y.shape());
            for (float value : y.floats()) {
                assertTrue(value > -2 && value < 2, "" + value);
            }
        }
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity(1, 1, "time", 20), """
            preprocess:
              - waveform: {sample_rate: 16000, as: samples}
              - log_mel: {n_mels: 20, layout: time_mel, log: db, center: false, n_fft: 512, hop: 400}
            """)) {
            assertEquals(Shape.of(1, 1, 3, 20),
                TestPipeline.tensor(pipeline.run(audio(wav(16000, 1, noise))), "y").shape());
        }
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity("time", 3),
            "preprocess: [waveform: {sample_rate: 8000, as: samples}, frames: {size: 3, hop: 2}]")) {
            var y = TestPipeline.tensor(pipeline.run(audio(wav(8000, 1, 0, 4096, 8192, 12288, 16384, 0))), "y");
            assertArrayEquals(new float[] {0, 0.125f, 0.25f, 0.25f, 0.375f, 0.5f}, y.floats());
        }
    }

    /** A model that smooths the loudness: {@code h = 0.5 h + 0.5 mean(|x|)}, the recurrence of a voice detector. */
    @Test
    void aRecurrentModelListensToAFileInChunks() throws IOException {
        var model = ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1, 2).input("h", OnnxDataType.FLOAT, 1, 1)
            .initializer("half", new long[] {1}, 0.5f)
            .node("Abs", List.of("x"), List.of("loud")).node("ReduceMean", List.of("loud"), List.of("mean"))
            .node("Add", List.of("mean", "h"), List.of("sum")).node("Mul", List.of("sum", "half"), List.of("hN"))
            .node("Identity", List.of("hN"), List.of("voice"))
            .output("hN", OnnxDataType.FLOAT, 1, 1).output("voice", OnnxDataType.FLOAT, 1, 1);
        try (var pipeline = TestPipeline.of(folder, model, """
            preprocess:
              - waveform: {sample_rate: 8000, as: samples}
              - chunk: {input: samples, as: x, size: 2}
            state: {h: hN}
            """)) {
            var answers = pipeline.run(audio(wav(8000, 1, 16384, -16384, 0, 0, 32767)));
            var voice = TestPipeline.tensor(answers, "voice");
            assertEquals(Shape.of(1, 3), voice.shape());
            // By hand: 0.5 / 2, then half of it, then (0.125 + 0.49998) / 2.
            assertArrayEquals(new float[] {0.25f, 0.125f, 0.3125f}, voice.floats(), 1e-4f);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        waveform                                         | needs the sample_rate
        waveform: {sample_rate: 8000, channels: all}     | makes numbers with 2 or more dimensions
        log_mel: {input: v, fmax: 9000}                  | half the sample rate
        log_mel: {input: v, window: square}              | expected one of hann
        log_mel: {input: v, floor: 0}                    | floor must be more than 0
        frames: {input: v}                               | needs the size
        """)
    void whatDoesNotFitTheModelIsAnErrorOfTheGpuxfile(String step, String expected) {
        var error = assertThrows(GpuxfileException.class, () -> TestPipeline.of(folder, TestPipeline.identity("n"),
            "preprocess: [" + step + "]").close());
        assertTrue(error.getMessage().contains("GPUXfile:2:") && error.getMessage().contains(expected), error.getMessage());
    }

    @Test
    void whatIsNoSoundIsAPipelineExceptionThatNamesTheFile() throws IOException {
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity(1, "n"),
            "preprocess: [waveform: {sample_rate: 8000, max_seconds: 1}]")) {
            var random = new Random(3);
            for (int i = 0; i < 200; i++) {
                var noise = new byte[random.nextInt(100)];
                random.nextBytes(noise);
                var error = assertThrows(PipelineException.class, () -> pipeline.run(audio(noise)));
                assertTrue(error.getMessage().contains("input 'audio': x.wav: not a WAV file"), error.getMessage());
            }
            var error = assertThrows(PipelineException.class, () -> pipeline.run(audio(wav(8000, 1, new int[16000]))));
            assertTrue(error.getMessage().contains("max_seconds"), error.getMessage());
        }
    }
}
