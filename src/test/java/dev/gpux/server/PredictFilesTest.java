package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.OnnxDataType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /predict} with pictures and sounds, as they are and in JSON. */
class PredictFilesTest {
    private static final String JSON = "application/json";

    private static Served served;
    private static byte[] five;

    @BeforeAll
    static void serve(@TempDir Path folder) throws IOException {
        five = Files.readAllBytes(Path.of("examples/digits/digit.png"));
        served = Served.local().with(folder, "name: digits\nmodel: " + Served.quoted(Served.model("cnn_mnist.onnx"))
            + "\ninputs:\n  picture: {type: image}\npreprocess:\n"
            + "  - image: {input: picture, size: 28, fit: letterbox, resample: area, color: gray, invert: true}\n"
            + "postprocess:\n  - softmax: {output: output_probs, as: p}\n  - top_k: {output: p, as: digit, k: 1}\n")
            .with(folder, "sound", Served.identity(OnnxDataType.FLOAT, 1, "n"),
                "preprocess: [waveform: {sample_rate: 8000}]");
    }

    @AfterAll
    static void end() {
        served.close();
    }

    private static Client.Answer predict(String model, String type, byte[] body, String... headers) throws IOException {
        try (var client = served.connect()) {
            return client.post("/predict/" + model, type, body, headers).answer();
        }
    }

    private static byte[] packed(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    /** A WAV file of 16-bit PCM, 8 kHz, one channel. */
    private static byte[] wav(int... samples) {
        var file = ByteBuffer.allocate(44 + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples.length)
            .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1).putShort((short) 1)
            .putInt(8000).putInt(16000).putShort((short) 2).putShort((short) 16)
            .put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples.length);
        for (int sample : samples) {
            file.putShort((short) sample);
        }
        return file.array();
    }

    private static void assertFive(Client.Answer answer) {
        assertEquals(200, answer.status(), answer::toString);
        assertTrue(answer.text().contains("\"digit\":[{\"label\":\"5\",\"index\":5,"), answer::text);
    }

    @Test
    void takesPictures() throws IOException {
        assertFive(predict("digits", "image/png", five));
        assertFive(predict("digits", "application/octet-stream", five));
        assertFive(predict("digits", "image/png", packed(five), "Content-Encoding: gzip"));
        var base64 = Base64.getEncoder().encodeToString(five);
        assertFive(predict("digits", JSON, ("{\"picture\":\"" + base64 + "\"}").getBytes(StandardCharsets.UTF_8)));
        assertFive(predict("digits", JSON, ("{\"picture\":\"data:image/png;base64," + base64 + "\"}")
            .getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void takesSounds() throws IOException {
        var answer = predict("sound", "audio/wav", wav(16384, 0, -8192));
        assertTrue(answer.text().contains("\"shape\":[1,3],\"data\":[0.5,0.0,-0.25]"), answer::toString);
    }

    /** What a client writes is data: no name of a file is ever one, however it looks. */
    @ParameterizedTest
    @ValueSource(strings = {"@/etc/passwd", "/etc/passwd", "file:///etc/passwd", "data:;base64,@@", "", "nonsense"})
    void neverReadsFiles(String value) throws IOException {
        var answer = predict("digits", JSON, ("{\"picture\":\"" + value + "\"}").getBytes(StandardCharsets.UTF_8));
        assertEquals(400, answer.status(), answer::toString);
        assertFalse(answer.text().contains("root:"), answer::text);
    }

    @Test
    void brokenFilesAreTheClientsMistake() throws IOException {
        assertEquals(400, predict("digits", "image/png", Arrays.copyOf(five, five.length / 2)).status());
        assertEquals(400, predict("digits", "image/png", new byte[0]).status());
        assertEquals(400, predict("digits", "image/png", five, "Content-Encoding: gzip").status());
        assertEquals(400, predict("sound", "audio/wav", Arrays.copyOf(wav(1, 2, 3), 20)).status());
        assertEquals(415, predict("sound", "image/png", five).status());
        // Small as it comes, and larger than a body may be when it is unpacked.
        var bomb = packed(new byte[70_000_000]);
        assertEquals(413, predict("digits", "image/png", bomb, "Content-Encoding: gzip").status());
    }
}
