package dev.gpux.pipeline.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sounds against NumPy and SciPy; {@code audio-reference.py} made the values. And what is no sound. */
class AudioReferenceTest {
    private static final Map<String, String> REFERENCE = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        try (var in = AudioReferenceTest.class.getResourceAsStream("audio-reference.txt")) {
            for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                int colon = line.indexOf(':');
                REFERENCE.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
    }

    private static double[] reference(String name) {
        return Arrays.stream(REFERENCE.get(name).split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private static byte[] file(String name) {
        return Base64.getDecoder().decode(REFERENCE.get("wav " + name));
    }

    /** A chirp with a hum; the script makes the same. */
    private static float[] sound(int length, int rate) {
        var sound = new float[length];
        for (int i = 0; i < length; i++) {
            double t = (double) i / rate;
            sound[i] = (float) (0.5 * Math.sin(2 * Math.PI * (200 * t + 1500 * t * t))
                + 0.25 * Math.cos(2 * Math.PI * 50 * t));
        }
        return sound;
    }

    private static double[] doubles(float[] floats) {
        var doubles = new double[floats.length];
        Arrays.setAll(doubles, i -> floats[i]);
        return doubles;
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    @ParameterizedTest
    @CsvSource({"44100, 16000", "8000, 16000", "16000, 22050", "48000, 44100"})
    void resamplesAsTheDefinitionSays(int from, int to) {
        var expected = reference("resample " + from + " " + to);
        assertArrayEquals(expected, doubles(new Resampler(from, to).apply(sound(300, from))), 1e-6);
    }

    @Test
    void ratesWithoutACommonDivisorNeedNoTable() {
        // 47999 phases: weights are made as they are needed.
        var resampled = new Resampler(48000, 47999).apply(sound(4000, 48000));
        assertEquals(4000, resampled.length);
        var expected = sound(4000, 47999);
        for (int i = 200; i < 3800; i++) {
            assertEquals(expected[i], resampled[i], 2e-3);
        }
        assertThrows(SoundException.class, () -> new Resampler(1, 768_000).apply(new float[400]));
    }

    @Test
    void spectrogramsAreThoseOfNumPy() {
        var x = sound(2000, 16000);
        var whisper = new Spectrogram(new Frames(400, 160, true), Window.HANN.factors(400),
            new MelFilters(80, 400, 16000, 0, 8000, MelFilters.Scale.SLANEY, true), 2, Spectrogram.Log.WHISPER, 1e-10, true)
            .apply(x);
        assertEquals(12, whisper.length);
        assertArrayEquals(reference("whisper"), flat(new double[][] {whisper[0], whisper[5], whisper[11]}), 1e-6);
        var ln = new Spectrogram(new Frames(512, 200, false), Window.HAMMING.factors(400),
            new MelFilters(40, 512, 16000, 20, 7600, MelFilters.Scale.HTK, false), 1, Spectrogram.Log.LN, 1e-6, false);
        assertArrayEquals(reference("ln"), flat(ln.apply(x)), 1e-6);
        // 333 = 3 * 3 * 37: no power of two anywhere.
        var db = new Spectrogram(new Frames(333, 500, true), Window.HANN.factors(333),
            new MelFilters(10, 333, 16000, 0, 8000, MelFilters.Scale.SLANEY, false), 2, Spectrogram.Log.DB, 1e-10, false);
        assertArrayEquals(reference("db"), flat(db.apply(x)), 1e-5);
        assertThrows(SoundException.class, () -> db.apply(new float[100]));
    }

    @ParameterizedTest
    @CsvSource({"pcm8, 8e-3", "pcm16, 4e-5", "pcm24, 2e-7", "pcm32, 1e-7", "int16, 5e-5", "int32, 1e-7", "float32, 0",
        "float64, 0"})
    void filesOfEveryKindHaveTheirSamples(String kind, double tolerance) {
        var wav = Wav.read(file(kind));
        var stereo = reference("stereo");
        assertEquals(8000, wav.sampleRate());
        assertEquals(2, wav.channels());
        assertEquals(7, wav.frames());
        var mono = wav.mono();
        for (int i = 0; i < 7; i++) {
            assertEquals(stereo[2 * i], wav.channel(0)[i], tolerance);
            assertEquals(stereo[2 * i + 1], wav.channel(1)[i], tolerance);
            assertEquals((stereo[2 * i] + stereo[2 * i + 1]) / 2, mono[i], tolerance + 1e-8);
        }
    }

    /** The PCM file of 16 bits with the 40 bytes of an extended format. */
    private static byte[] extensible() {
        byte[] plain = file("pcm16");
        var file = ByteBuffer.allocate(plain.length + 24).order(ByteOrder.LITTLE_ENDIAN);
        file.put(plain, 0, 16).putInt(40).putShort((short) 0xFFFE).put(plain, 22, 14).putShort((short) 22)
            .putShort((short) 16).putInt(3).putShort((short) 1).put(new byte[14]).put(plain, 36, plain.length - 36);
        return file.array();
    }

    @Test
    void extendedFormatsAndUnknownSizesAreUnderstood() {
        assertArrayEquals(Wav.read(file("pcm16")).mono(), Wav.read(extensible()).mono());
        byte[] pipe = file("pcm16");
        ByteBuffer.wrap(pipe).order(ByteOrder.LITTLE_ENDIAN).putInt(40, -1);
        assertArrayEquals(Wav.read(file("pcm16")).mono(), Wav.read(pipe).mono());
    }

    @Test
    void whatIsNotSupportedIsNamed() {
        byte[] law = file("pcm8");
        law[20] = 7;
        assertTrue(message(law).contains("mu-law of 8 bits"), message(law));
        assertTrue(message("fLaC00000000".getBytes(StandardCharsets.US_ASCII)).contains("FLAC"));
        assertTrue(message(Arrays.copyOf(file("pcm16"), 50)).contains("cut short"));
        assertTrue(message(Arrays.copyOf(file("pcm16"), 36)).contains("no data"));
        byte[] channels = file("pcm16");
        channels[22] = 0;
        assertTrue(message(channels).contains("0 channels"));
        assertTrue(message(new byte[0]).contains("not a WAV file"));
    }

    private static String message(byte[] bytes) {
        return assertThrows(SoundException.class, () -> Wav.read(bytes)).getMessage();
    }

    @Test
    void randomAndDamagedBytesAreSoundsOrSoundExceptions() {
        var random = new Random(11);
        byte[][] files = {file("pcm8"), file("pcm24"), file("float64"), extensible()};
        int read = 0;
        for (int round = 0; round < 1000; round++) {
            byte[] bytes = files[random.nextInt(files.length)].clone();
            if (round % 5 == 0) {
                bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
                System.arraycopy("RIFF".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, Math.min(4, bytes.length));
            }
            for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(Math.min(60, bytes.length))] = (byte) random.nextInt();
            }
            try {
                var wav = Wav.read(bytes);
                assertTrue(wav.mono().length <= bytes.length);
                read++;
            } catch (SoundException e) {
                assertTrue(e.getMessage().length() > 10, e.getMessage());
            }
        }
        assertTrue(read > 100, "only " + read + " were sounds");
    }
}
