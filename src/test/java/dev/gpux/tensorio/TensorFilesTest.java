package dev.gpux.tensorio;

import static dev.gpux.tensorio.Expect.error;
import static dev.gpux.tensorio.Expect.tensor;
import static dev.gpux.tensorio.Expect.x;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFilesTest {
    private final Arena arena = Arena.ofShared();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        arena.close();
    }

    private Tensor read(Path file, ValueInfo expected) {
        return (Tensor) TensorFiles.read(arena, file, expected);
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @Test
    void mapsArrays() throws IOException {
        var file = file("a.npy", NumpyReference.get("<f4"));
        var tensor = read(file, x(ElementType.FLOAT32, 2, 3));
        assertTrue(tensor.segment().isMapped());
        assertTrue(tensor.segment().isReadOnly());
        assertEquals(-2f, tensor.floats()[2]);
    }

    @Test
    void mapsRawFiles() throws IOException {
        var file = file("a.bin", new byte[] {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40});
        var tensor = read(file, x(ElementType.FLOAT32, 1, "N"));
        assertTrue(tensor.segment().isMapped());
        assertEquals(Shape.of(1, 2), tensor.shape());
        assertArrayEquals(new float[] {1, 2}, tensor.floats());
        assertArrayEquals(new float[] {1, 2}, read(file, x(ElementType.FLOAT32, 2)).floats());
        error(() -> read(file, x(ElementType.FLOAT32, 3)), file.toString(), "3 elements", "there are 2");
        error(() -> read(file, x(ElementType.FLOAT32, 3, "N")), "multiple of 3");
        error(() -> read(file, x(ElementType.FLOAT32, "M", "N")), "more than one open dimension");
        error(() -> read(file, x(ElementType.FLOAT32)), "1 element");
        error(() -> read(file, x(ElementType.STRING, "N")), "raw bytes hold numbers only");
        error(() -> read(file, x(ElementType.BOOL, "N")), "element 2", "not a bool");
        error(() -> read(file("odd.bin", new byte[7]), x(ElementType.INT16, "N")), "7 bytes are no whole number");
        assertEquals(Shape.of(3), read(file("half.bin", new byte[2]), x(ElementType.INT4, 3)).shape());
        assertEquals(Shape.of(4), read(file("half.bin", new byte[2]), x(ElementType.INT4, "N")).shape());
        assertEquals(Shape.of(0, 2), read(file("empty.bin", new byte[0]), x(ElementType.INT8, "N", 2)).shape());
    }

    @Test
    void readsTextFiles() throws IOException {
        assertEquals(List.of("grün 😀\n"),
            read(file("a.txt", "grün 😀\n\r\n"), x(ElementType.STRING, "N")).strings());
        assertEquals(List.of("a"), read(file("b.txt", "\uFEFFa"), x(ElementType.STRING, 1, "N")).strings());
        assertEquals(Shape.SCALAR, read(file("c.txt", ""), x(ElementType.STRING)).shape());
        error(() -> read(file("d.txt", "a"), x(ElementType.STRING, 2)), "dimension 0 is 1 instead of 2");
        error(() -> read(file("d.txt", "1"), x(ElementType.FLOAT32, 1)), "one text", ".npy");
        error(() -> read(file("e.txt", new byte[] {(byte) 0xC0}), x(ElementType.STRING, 1)), "e.txt", "UTF-8");
    }

    @Test
    void readsJsonFiles() throws IOException {
        assertArrayEquals(new long[] {1, 2}, read(file("a.json", "[1, 2]\n"), x(ElementType.INT64, "N")).longs());
        assertArrayEquals(new long[] {1, 2},
            read(file("b.json", "{\"y\": [[]], \"x\": [1, 2], \"z\": {}}"), x(ElementType.INT64, "N")).longs());
        var object = file("c.json", "{\"dtype\":\"int64\",\"shape\":[2],\"data\":[1,2]}");
        assertArrayEquals(new long[] {1, 2}, read(object, x(ElementType.INT64, "N")).longs());
        error(() -> read(file("d.json", "{\"y\": 1, \"z\": 2}"), x(ElementType.INT64, "N")), "d.json: line 1",
            "no 'x', only y, z");
        error(() -> read(file("e.json", "[1,\n\n 2.5]"), x(ElementType.INT64, "N")),
            "e.json: line 3, column 2, at [1]");
        error(() -> read(file("f.json", "[1] [2]"), x(ElementType.INT64, "N")), "f.json: line 1, column 5");
        error(() -> read(file("g.json", new byte[] {'[', '"', (byte) 0xFF, '"', ']'}), x(ElementType.STRING, "N")),
            "g.json: line 1", "UTF-8");
    }

    @Test
    void tellsTheFormatByTheContentWhereTheExtensionDoesNot() throws IOException {
        assertEquals(Shape.of(2, 3), read(file("array", NumpyReference.get("<f4")), x(ElementType.FLOAT32)).shape());
        assertArrayEquals(new long[] {7}, read(file("numbers.data", " [7]"), x(ElementType.INT64, "N")).longs());
        error(() -> read(file("picture.png", new byte[] {(byte) 0x89, 'P', 'N', 'G'}), x(ElementType.FLOAT32)),
            "picture.png", "no format that holds tensors", ".npy");
        error(() -> read(file("a.npy", "[1, 2]"), x(ElementType.FLOAT32, "N")), "a.npy", "not a .npy file");
    }

    @Test
    void saysWhatIsWrongWithTheFileItself() throws IOException {
        error(() -> read(folder.resolve("none.npy"), x(ElementType.FLOAT32)), "none.npy: no such file");
        error(() -> read(folder, x(ElementType.FLOAT32)), "this is a folder");
        error(() -> read(file("empty.npy", new byte[0]), x(ElementType.FLOAT32)), "empty.npy", "not a .npy file");
        error(() -> read(file("empty.json", new byte[0]), x(ElementType.FLOAT32)), "empty");
        var sequence = new ValueInfo("x", new ValueType.SequenceType(tensor(ElementType.INT64, "N")));
        error(() -> TensorFiles.read(arena, file("a.npy", NumpyReference.get("<f4")), sequence), "sequence<int64[N]>",
            "JSON");
    }

    /** A sparse file: three gigabytes of zeros that take no room. */
    @Test
    void mapsWhatIsLargerThanAJavaArray() throws IOException {
        long elements = 3L << 30;
        var path = folder.resolve("huge.npy");
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(NpyHeader.write(NpyType.of(ElementType.UINT8), Shape.of(3, 1 << 30)));
            long start = file.length();
            file.setLength(start + elements);
            file.seek(start + elements - 1);
            file.write(42);
        }
        var tensor = read(path, x(ElementType.UINT8, "N", 1 << 30));
        assertTrue(tensor.segment().isMapped());
        assertEquals(elements, tensor.segment().byteSize());
        assertEquals(42, tensor.segment().get(JAVA_BYTE, elements - 1));
    }

    @Test
    void writesArraysAndReadsThemBack() throws IOException {
        var tensor = Tensor.of(arena, new float[] {1, Float.NaN, 3}, 3);
        var file = folder.resolve("out.npy");
        TensorFiles.write(file, Map.of("y", tensor));
        assertArrayEquals(tensor.floats(), read(file, x(ElementType.FLOAT32, 3)).floats());
        TensorFiles.write(file, Map.of("y", Tensor.of(arena, new float[] {7}, 1)));
        assertArrayEquals(new float[] {7}, read(file, x(ElementType.FLOAT32, 1)).floats());
    }

    @Test
    void writesJsonAndReadsItBack() throws IOException {
        var values = new LinkedHashMap<String, Value>();
        values.put("y", Tensor.of(arena, new long[] {1, 2}, 2));
        values.put("x", Tensor.ofStrings(arena, List.of("a", "ü"), 2, 1));
        var file = folder.resolve("out.json");
        TensorFiles.write(file, values);
        assertEquals("{\"y\":{\"dtype\":\"int64\",\"shape\":[2],\"data\":[1,2]},"
            + "\"x\":{\"dtype\":\"string\",\"shape\":[2,1],\"data\":[\"a\",\"ü\"]}}\n", Files.readString(file));
        assertEquals(List.of("a", "ü"), read(file, x(ElementType.STRING, "N", 1)).strings());
    }

    @Test
    void writesAFolderOfFiles() throws IOException {
        var values = new LinkedHashMap<String, Value>();
        values.put("/model/out:0", Tensor.of(arena, new long[] {1, 2}, 2));
        values.put("../../escape", Tensor.of(arena, new long[] {3}, 1));
        values.put("A", Tensor.of(arena, new long[] {4}, 1));
        values.put("a", Tensor.of(arena, new long[] {5}, 1));
        var key = Tensor.of(arena, new long[] {5}, 1);
        values.put("map", MapValue.of(arena, key, Tensor.of(arena, new float[] {1}, 1)));
        var out = folder.resolve("deep/out");
        TensorFiles.write(out, values);
        var names = new TreeSet<String>();
        try (var files = Files.list(out)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        assertEquals(new TreeSet<>(List.of("%2Fmodel%2Fout%3A0.npy", "%2E.%2F..%2Fescape.npy", "A.npy", "a~2.npy",
            "map.json")), names);
        assertEquals("{\"map\":{\"5\":1.0}}\n", Files.readString(out.resolve("map.json")));
        assertArrayEquals(new long[] {5}, read(out.resolve("a~2.npy"), x(ElementType.INT64, 1)).longs());
    }

    @Test
    void leavesNothingBehindWhenWritingFails() throws IOException {
        var two = Map.of("a", Tensor.of(arena, new long[] {1}, 1), "b", Tensor.of(arena, new long[] {1}, 1));
        error(() -> TensorFiles.write(folder.resolve("out.npy"), two), "out.npy", "holds one value, and there are 2");
        error(() -> TensorFiles.write(folder.resolve("out.png"), two), "out.png", "written as .npy");
        var sizes = new long[65];
        Arrays.fill(sizes, 1);
        var deep = Tensor.of(arena, new long[] {1}, sizes);
        var existing = file("kept.npy", NumpyReference.get("<f4"));
        error(() -> TensorFiles.write(existing, Map.of("y", deep)), "64 dimensions");
        assertArrayEquals(NumpyReference.get("<f4"), Files.readAllBytes(existing));
        assertThrows(IOException.class,
            () -> TensorFiles.write(folder.resolve("none/out.npy"), Map.of("y", Tensor.of(arena, new long[] {1}, 1))));
        assertFalse(Files.exists(folder.resolve("none")));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(existing), files.toList());
        }
    }

    @Test
    void whatIsNoFileIsNotReplaced() throws IOException {
        var target = folder.resolve("y.npy");
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX); var own = Arena.ofConfined()) {
            socket.bind(UnixDomainSocketAddress.of(target));
            var values = Map.of("y", Tensor.of(own, new float[] {7}, 1));
            assertThrows(IOException.class, () -> TensorFiles.write(target, values));
            assertFalse(Files.isRegularFile(target));
        }
    }
}
