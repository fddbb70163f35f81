package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ffi.OrtApi;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensors are views of memory: of the caller's, of files, of other libraries', of ORT's. Nothing is copied. */
class MemoryTest {

    /** What {@code GetTensorMutableData} says, asked through the raw bindings. */
    private static long addressInOrt(Tensor tensor) {
        var api = Environment.get().api();
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            var status = OrtApi.GetTensorMutableData.invoke(OrtApi.GetTensorMutableData(api), tensor.handle(), out);
            assertEquals(0, status.address());
            return out.get(JAVA_LONG, 0);
        }
    }

    @Test
    void aSegmentIsTheMemoryThatOrtUses() {
        try (var session = Models.open(Models.identity(ElementType.FLOAT32, "n")); var arena = Arena.ofConfined()) {
            var mine = arena.allocate(64, 4);
            var wrapped = Tensor.wrap(arena, ElementType.FLOAT32, mine, 16);
            assertEquals(mine.address(), wrapped.segment().address());
            for (var tensor : List.of(wrapped, Tensor.allocate(arena, ElementType.FLOAT32, 16),
                    Tensor.of(arena, new float[16], 16), Tensor.of(arena, new float[5000], 5000))) {
                assertEquals(addressInOrt(tensor), tensor.segment().address());
                assertEquals(tensor.elementType().byteSize(tensor.shape().elements()), tensor.segment().byteSize());
                try (var outputs = session.run(Map.of("x", tensor))) {
                    assertEquals(addressInOrt(outputs.tensor("y")), outputs.tensor("y").segment().address());
                    assertNotEquals(tensor.segment().address(), outputs.tensor("y").segment().address());
                }
            }
        }
    }

    @Test
    void whatIsWrittenIntoWrappedMemoryIsWhatTheModelReads() {
        try (var session = Models.open(Models.plus(10, 20)); var arena = Arena.ofConfined()) {
            var mine = arena.allocate(8, 4);
            var x = Tensor.wrap(arena, ElementType.FLOAT32, mine, 2);
            try (var prepared = session.prepare().input("x", x).build()) {
                for (int i = 0; i < 3; i++) {
                    mine.setAtIndex(JAVA_FLOAT, 0, i);
                    mine.setAtIndex(JAVA_FLOAT, 1, -i);
                    prepared.run();
                    assertArrayEquals(new float[] {10 + i, 20 - i}, prepared.output("y").floats());
                    try (var outputs = session.run(Map.of("x", x))) {
                        assertArrayEquals(new float[] {10 + i, 20 - i}, outputs.tensor("y").floats());
                    }
                }
            }
        }
    }

    @Test
    void theMemoryOfOneTensorMayStartAnywhereInALargerPiece() {
        try (var session = Models.open(Models.plus(1)); var arena = Arena.ofConfined()) {
            var mine = arena.allocate(400, 4);
            for (int i = 0; i < 100; i++) {
                mine.setAtIndex(JAVA_FLOAT, i, i);
            }
            for (int i = 0; i < 100; i += 9) {
                var x = Tensor.wrap(arena, ElementType.FLOAT32, mine.asSlice(i * 4L), 1);
                try (var outputs = session.run(Map.of("x", x))) {
                    assertEquals(i + 1, outputs.tensor("y").segment().get(JAVA_FLOAT, 0));
                }
            }
        }
    }

    @Test
    void aFileMappedReadOnlyIsAnInput(@TempDir Path folder) throws IOException {
        var file = folder.resolve("x.bin");
        Files.write(file, ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putFloat(3).putFloat(4).array());
        try (var session = Models.open(Models.plus(1, 1)); var arena = Arena.ofConfined();
             var channel = FileChannel.open(file)) {
            var mapped = channel.map(MapMode.READ_ONLY, 0, 8, arena);
            var x = Tensor.wrap(arena, ElementType.FLOAT32, mapped, 2);
            try (var outputs = session.run(Map.of("x", x))) {
                assertArrayEquals(new float[] {4, 5}, outputs.tensor("y").floats());
            }
            assertTrue(x.segment().isReadOnly());
            assertThrows(IllegalArgumentException.class, () -> x.segment().set(JAVA_FLOAT, 0, 1));
            var e = assertThrows(TensorException.class, () -> session.prepare().output("y", x).build());
            assertTrue(e.getMessage().contains("read-only"), e::getMessage);
        }
    }

    @Test
    void aFileMappedForWritingIsAnOutput(@TempDir Path folder) throws IOException {
        var file = folder.resolve("y.bin");
        try (var session = Models.open(Models.plus(1, 1)); var arena = Arena.ofConfined();
             var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                 StandardOpenOption.WRITE)) {
            var mapped = channel.map(MapMode.READ_WRITE, 0, 8, arena);
            var y = Tensor.wrap(arena, ElementType.FLOAT32, mapped, 2);
            try (var prepared = session.prepare().output("y", y).build()) {
                prepared.input("x").segment().setAtIndex(JAVA_FLOAT, 1, 5);
                prepared.run();
            }
            mapped.force();
        }
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
        assertEquals(1, bytes.getFloat());
        assertEquals(6, bytes.getFloat());
    }

    @Test
    void memoryOfAnotherNativeLibrary() throws Throwable {
        var linker = Linker.nativeLinker();
        var malloc = linker.downcallHandle(linker.defaultLookup().findOrThrow("malloc"),
            FunctionDescriptor.of(ADDRESS, JAVA_LONG));
        var memset = linker.downcallHandle(linker.defaultLookup().findOrThrow("memset"),
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG));
        var free = linker.downcallHandle(linker.defaultLookup().findOrThrow("free"),
            FunctionDescriptor.ofVoid(ADDRESS));
        var foreign = ((MemorySegment) malloc.invokeExact(1000L)).reinterpret(1000);
        try (var session = Models.open(Models.identity(ElementType.UINT8, "n")); var arena = Arena.ofConfined()) {
            var x = Tensor.wrap(arena, ElementType.UINT8, foreign, 1000);
            var filled = (MemorySegment) memset.invokeExact(foreign, 0x5A, 1000L);
            assertEquals(foreign.address(), filled.address());
            try (var outputs = session.run(Map.of("x", x))) {
                assertEquals(-1, arena.allocate(1000).fill((byte) 0x5A).mismatch(outputs.tensor("y").segment()));
            }
        } finally {
            free.invokeExact(foreign);
        }
    }

    /** A file with a hole of more than 2 GiB: only the pages that are touched cost anything. */
    @Test
    void moreThanTwoGigabytes(@TempDir Path folder) throws IOException {
        long size = (2L << 30) + 4097;
        var model = ModelBuilder.create().input("x", OnnxDataType.UINT8, "n")
            .initializer("from", new long[] {1}, -2L).initializer("to", new long[] {1}, Long.MAX_VALUE)
            .node("Shape", List.of("x"), List.of("size"))
            .node("Slice", List.of("x", "from", "to"), List.of("end"))
            .output("size", OnnxDataType.INT64, 1).output("end", OnnxDataType.UINT8, 2);
        try (var session = Models.open(model); var arena = Arena.ofConfined();
             var channel = FileChannel.open(folder.resolve("hole"), StandardOpenOption.CREATE_NEW,
                 StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(new byte[] {7, 9}), size - 2);
            var x = Tensor.wrap(arena, ElementType.UINT8, channel.map(MapMode.READ_ONLY, 0, size, arena), size);
            assertEquals(size, x.segment().byteSize());
            assertEquals(9, x.segment().get(JAVA_BYTE, size - 1));
            try (var outputs = session.run(Map.of("x", x))) {
                assertArrayEquals(new long[] {size}, outputs.tensor("size").longs());
                assertArrayEquals(new byte[] {7, 9}, outputs.tensor("end").bytes());
            }
            assertThrows(RuntimeException.class, x::bytes, "an array cannot be that long");
        }
    }

    @Test
    void outputsAreReadInPlaceAndMayBeInputs() {
        try (var session = Models.open(Models.plus(1, 1)); var arena = Arena.ofConfined();
             var first = session.run(Map.of("x", Tensor.of(arena, new float[2], 2)));
             var second = session.run(Map.of("x", first.tensor("y")))) {
            assertArrayEquals(new float[] {2, 2}, second.tensor("y").floats());
            // Writing into an output is the caller's right, too.
            first.tensor("y").segment().setAtIndex(JAVA_FLOAT, 0, 5);
            try (var third = session.run(Map.of("x", first.tensor("y")))) {
                assertArrayEquals(new float[] {6, 2}, third.tensor("y").floats());
            }
        }
    }

    @Test
    void inputsOfManyArenas() {
        int count = 30;
        var model = ModelBuilder.create();
        var names = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            names.add("x" + i);
            model.input("x" + i, OnnxDataType.FLOAT, 1);
        }
        model.node("Sum", names, List.of("y")).output("y", OnnxDataType.FLOAT, 1);
        try (var session = Models.open(model)) {
            var arenas = new ArrayList<Arena>();
            var inputs = new HashMap<String, Tensor>();
            for (int i = 0; i < count; i++) {
                // One arena for the tensor, one for its memory.
                arenas.add(Arena.ofShared());
                arenas.add(Arena.ofConfined());
                var memory = arenas.get(2 * i).allocate(4, 4);
                memory.set(JAVA_FLOAT, 0, i);
                inputs.put("x" + i, Tensor.wrap(arenas.getLast(), ElementType.FLOAT32, memory, 1));
            }
            var builder = session.prepare();
            inputs.forEach(builder::input);
            try (var outputs = session.run(inputs); var prepared = builder.build()) {
                assertEquals(435, outputs.tensor("y").segment().get(JAVA_FLOAT, 0));
                prepared.run();
                assertEquals(435, prepared.output("y").segment().get(JAVA_FLOAT, 0));
                arenas.get(40).close();
                var e = assertThrows(TensorException.class, () -> session.run(inputs));
                assertTrue(e.getMessage().contains("'x20'"), e::getMessage);
                assertThrows(IllegalStateException.class, prepared::run);
            }
            arenas.stream().filter(arena -> arena.scope().isAlive()).forEach(Arena::close);
        }
    }
}
