package dev.gpux.tensorio;

import static dev.gpux.tensorio.Expect.error;
import static dev.gpux.tensorio.Expect.x;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzFormatTest {
    private final Arena arena = Arena.ofConfined();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        arena.close();
    }

    private Tensor read(byte[] file, ValueInfo expected) throws IOException {
        return (Tensor) TensorFiles.read(arena, Files.write(folder.resolve("a.npz"), file), expected);
    }

    private static ValueInfo named(String name, ElementType type, Object... dimensions) {
        return new ValueInfo(name, Expect.tensor(type, dimensions));
    }

    @ParameterizedTest
    @ValueSource(strings = {"savez", "savez-compressed"})
    void readsWhatNumPyWrites(String kind) throws IOException {
        var file = NumpyReference.get(kind);
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, read(file, x(ElementType.FLOAT32, "N", 3)).floats());
        assertEquals(List.of("a", "b"), read(file, named("y", ElementType.STRING, 2)).strings());
        error(() -> read(file, named("z", ElementType.FLOAT32)), "a.npz", "no 'z', only x, y");
        error(() -> read(file, x(ElementType.FLOAT32, "N", 4)), "a.npz: x.npy", "instead of 4");
        error(() -> read(file, x(ElementType.INT64)), "x.npy", "float32[2, 3]", "int64");
        // The only array may have any name: numpy.savez calls one without a name arr_0.
        var one = NumpyReference.get(kind + "-one");
        assertArrayEquals(new long[] {0, 1, 2}, read(one, x(ElementType.INT64, 3)).longs());
    }

    @Test
    void writesWhatCanBeMapped() throws IOException {
        var values = new LinkedHashMap<String, Value>();
        values.put("/out:0", Tensor.of(arena, new double[] {1, 2, 3}, 3));
        values.put("x", Tensor.of(arena, new float[] {1, 2, 3, 4}, 2, 2));
        values.put("text", Tensor.ofStrings(arena, List.of("a", "bc"), 2));
        var file = folder.resolve("out.npz");
        TensorFiles.write(file, values);
        var x = (Tensor) TensorFiles.read(arena, file, x(ElementType.FLOAT32, 2, "N"));
        assertTrue(x.segment().isMapped());
        assertEquals(0, x.segment().address() % 64);
        assertArrayEquals(new float[] {1, 2, 3, 4}, x.floats());
        var out = (Tensor) TensorFiles.read(arena, file, named("/out:0", ElementType.FLOAT64, 3));
        assertArrayEquals(new double[] {1, 2, 3}, out.doubles());
        // The JDK's own reader finds names, sizes and checksums right.
        try (var zip = new ZipFile(file.toFile())) {
            assertEquals(List.of("/out:0.npy", "x.npy", "text.npy"), zip.stream().map(ZipEntry::getName).toList());
            var bytes = zip.getInputStream(zip.getEntry("x.npy")).readAllBytes();
            var crc = new CRC32();
            crc.update(bytes);
            assertEquals(crc.getValue(), zip.getEntry("x.npy").getCrc());
            assertEquals(128 + 16, bytes.length);
        }
        var sequence = SequenceValue.of(arena, List.of(x));
        error(() -> TensorFiles.write(file, Map.of("s", sequence)), "out.npz", "'s' is none");
    }

    @Test
    void readsZip64ArchivesBeyondFourGigabytes() throws IOException {
        // A hole in the file instead of four gigabytes of zeros; only the checksum does not count it.
        var path = folder.resolve("huge.npz");
        long elements = (4L << 30) + 5;
        try (var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var zip = new ZipOutput(channel);
            zip.entry("x.npy", out -> {
                SegmentOutput.write(out, MemorySegment.ofArray(
                    NpyHeader.write(NpyType.of(ElementType.UINT8), Shape.of(elements))));
                channel.position(channel.position() + elements - 1);
                SegmentOutput.write(out, MemorySegment.ofArray(new byte[] {42}));
            });
            zip.entry("y.npy", out -> NpyFormat.write(out, Tensor.of(arena, new long[] {7}, 1)));
            zip.end();
        }
        var x = (Tensor) TensorFiles.read(arena, path, x(ElementType.UINT8, "N"));
        assertEquals(elements, x.segment().byteSize());
        assertEquals(42, x.segment().get(JAVA_BYTE, elements - 1));
        assertArrayEquals(new long[] {7},
            ((Tensor) TensorFiles.read(arena, path, named("y", ElementType.INT64, 1))).longs());
        try (var zip = new ZipFile(path.toFile())) {
            assertEquals(elements + 128, zip.getEntry("x.npy").getSize());
        }
    }

    /** What the JDK writes has data descriptors, which NumPy's files have not. */
    private static byte[] zip(String name, byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setComment("a comment");
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    @Test
    void readsOtherWritersFiles() throws IOException {
        assertEquals(6, read(zip("x.npy", NumpyReference.get("<f4")), x(ElementType.FLOAT32)).shape().elements());
    }

    @Test
    void refusesBombs() throws IOException {
        // A gigabyte of zeros in a megabyte: the header, which comes first, says that it is not what is wanted.
        var header = NpyHeader.write(NpyType.of(ElementType.UINT8), Shape.of(64 << 20));
        var content = Arrays.copyOf(header, header.length + (64 << 20));
        var file = zip("x.npy", content);
        assertTrue(file.length < 1 << 17);
        error(() -> read(file, x(ElementType.UINT8, 10)), "instead of 10");
        error(() -> read(zip("x.npy", Arrays.copyOf(header, header.length + 10)), x(ElementType.UINT8, "N")),
            "67108864 bytes, and 10 follow");
        // The directory lies about the size.
        var lie = file.clone();
        int central = lie.length - 22 - 9 - 46 - 5;
        lie[central + 24 + 3] = 0x7F;
        error(() -> read(lie, x(ElementType.UINT8, "N")), "cannot become");
        lie[central + 24 + 3] = (byte) 0xF0;
        error(() -> read(lie, x(ElementType.UINT8, "N")), "at most 2147483648", "numpy.savez");
        lie[central + 24 + 3] = 4;
        lie[central + 24] ^= 1;
        error(() -> read(lie, x(ElementType.UINT8, "N")), "67108864 bytes");
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        var good = NumpyReference.get("savez-compressed-one");
        error(() -> read(Arrays.copyOf(good, good.length - 1), x(ElementType.INT64, 3)), "cut short");
        error(() -> read(new byte[0], x(ElementType.INT64, 3)), "cut short");
        error(() -> read(new byte[100], x(ElementType.INT64, 3)), "cut short");
        var crc = good.clone();
        int central = good.length - 22 - 46 - "arr_0.npy".length();
        crc[central + 16] ^= 1;
        error(() -> read(crc, x(ElementType.INT64, 3)), "arr_0.npy", "checksum");
        var method = good.clone();
        method[central + 10] = 12;
        error(() -> read(method, x(ElementType.INT64, 3)), "method 12");
        var encrypted = good.clone();
        encrypted[central + 8] |= 1;
        error(() -> read(encrypted, x(ElementType.INT64, 3)), "encrypted");
        var offset = good.clone();
        offset[central + 42] = 1;
        error(() -> read(offset, x(ElementType.INT64, 3)), "not where the directory says");
        error(() -> read(zip("x.txt", new byte[] {1, 2, 3}), x(ElementType.INT64, 3)), "x.txt", "not a .npy file");
        error(() -> read(emptyZip(), x(ElementType.INT64, 3)), "no 'x' or anything else");
    }

    private static byte[] emptyZip() throws IOException {
        var bytes = new ByteArrayOutputStream();
        new ZipOutputStream(bytes).close();
        return bytes.toByteArray();
    }
}
