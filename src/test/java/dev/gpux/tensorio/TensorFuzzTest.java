package dev.gpux.tensorio;

import static dev.gpux.tensorio.Expect.tensor;
import static dev.gpux.tensorio.Expect.x;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files cost a {@link TensorFormatException} and nothing else. The seeds are fixed, so a failure repeats; the
 * message has the file.
 */
class TensorFuzzTest {
    private static final int ROUNDS = Integer.getInteger("gpux.fuzz.rounds", 400);

    @TempDir
    private Path folder;

    private int read;
    private int refused;

    private void fuzz(String extension, byte[] good, ValueInfo expected) throws IOException {
        var random = new Random(extension.hashCode() * 31L + good.length);
        for (int round = 0; round < ROUNDS; round++) {
            var bytes = mutate(good, random);
            // Another name each time: a mapped file must not be cut short.
            var file = Files.write(folder.resolve(round + extension), bytes);
            try (var arena = Arena.ofConfined()) {
                touch(TensorFiles.read(arena, file, expected));
                read++;
            } catch (TensorFormatException e) {
                assertTrue(e.getMessage().length() < 1000, e.getMessage());
                assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
                refused++;
            } catch (RuntimeException | Error e) {
                fail("round " + round + " " + extension + ": " + HexFormat.of().formatHex(bytes), e);
            }
            Files.delete(file);
        }
    }

    private static byte[] mutate(byte[] good, Random random) {
        var bytes = good.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            if (bytes.length == 0) {
                return bytes;
            }
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                case 4 -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(16), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes.clone(), from, bytes, at, length);
                }
                default -> {
                    var longer = new byte[bytes.length + 1];
                    System.arraycopy(bytes, 0, longer, 0, at);
                    longer[at] = bytes[at];
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    /** Reads what was made of the file, to the last byte. */
    private static void touch(Value value) {
        switch (value) {
            case Tensor tensor when tensor.elementType() == ElementType.STRING -> tensor.strings();
            case Tensor tensor -> tensor.bytes();
            case SequenceValue sequence -> sequence.elements().forEach(TensorFuzzTest::touch);
            case MapValue map -> {
                touch(map.keys());
                touch(map.values());
            }
            default -> { }
        }
    }

    private void requireBoth() {
        assertTrue(read > 0 && refused > 0, read + " read, " + refused + " refused");
    }

    @Test
    void arrays() throws IOException {
        fuzz(".npy", NumpyReference.get("<f4"), x(ElementType.FLOAT32));
        fuzz(".npy", NumpyReference.get("fortran->i8"), x(ElementType.INT64));
        fuzz(".npy", NumpyReference.get(">U"), x(ElementType.STRING));
        fuzz(".npy", NumpyReference.get("version-2"), x(ElementType.INT64, "N"));
        requireBoth();
    }

    @Test
    void archives() throws IOException {
        fuzz(".npz", NumpyReference.get("savez"), x(ElementType.FLOAT32));
        fuzz(".npz", NumpyReference.get("savez-compressed"), x(ElementType.FLOAT32));
        fuzz(".npz", NumpyReference.get("savez-compressed-one"), x(ElementType.INT64));
        requireBoth();
    }

    @Test
    void json() throws IOException {
        fuzz(".json", "[[1, 2.5e3, -7], [NaN, \"Infinity\", 0.125]]".getBytes(StandardCharsets.UTF_8),
            x(ElementType.FLOAT32, "N", 3));
        fuzz(".json", "{\"dtype\": \"uint8\", \"shape\": [2, 2], \"data\": [1, 2, 3, 255]}"
            .getBytes(StandardCharsets.UTF_8), x(ElementType.UINT8, "N", "M"));
        fuzz(".json", "{\"y\": {\"a\": [1]}, \"x\": [\"gr\\u00fcn\", \"日本\"]}".getBytes(StandardCharsets.UTF_8),
            x(ElementType.STRING, "N"));
        fuzz(".json", "[{\"1\": 0.5, \"-7\": 2}, {\"3\": 1}]".getBytes(StandardCharsets.UTF_8), maps());
        requireBoth();
    }

    @Test
    void protobuf() throws IOException {
        try (var arena = Arena.ofConfined()) {
            fuzz(".pb", written(Tensor.of(arena, new float[] {1, 2, 3, 4}, 2, 2)), x(ElementType.FLOAT32));
            fuzz(".pb", written(Tensor.ofStrings(arena, List.of("a", "bcd"), 2)), x(ElementType.STRING, "N"));
            fuzz(".pb", HexFormat.of().parseHex("0803100a2a058078808003" + "05"), x(ElementType.FLOAT16));
            var keys = Tensor.of(arena, new long[] {1, 2}, 2);
            var map = MapValue.of(arena, keys, Tensor.of(arena, new float[] {1, 2}, 2));
            fuzz(".pb", written(SequenceValue.of(arena, List.of(map))), maps());
        }
        requireBoth();
    }

    @Test
    void rawBytesAndText() throws IOException {
        fuzz(".bin", new byte[] {1, 0, 1, 1, 0, 1, 0, 0, 1, 0}, x(ElementType.BOOL, "N", 2));
        fuzz(".txt", "grün 日本 😀\n".getBytes(StandardCharsets.UTF_8), x(ElementType.STRING, 1));
        requireBoth();
    }

    private static ValueInfo maps() {
        return new ValueInfo("x",
            new ValueType.SequenceType(new ValueType.MapType(ElementType.INT64, tensor(ElementType.FLOAT32))));
    }

    private byte[] written(Value value) throws IOException {
        var file = folder.resolve("good.pb");
        TensorFiles.write(file, Map.of("x", value));
        return Files.readAllBytes(file);
    }
}
