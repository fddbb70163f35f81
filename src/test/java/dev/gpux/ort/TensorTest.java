package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorTest {

    /** On both sides of the size from which ORT's allocator gives the memory. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 511, 512, 513, 1024, 1025, 100_000})
    void copiesEveryKindOfArray(int length) {
        var doubles = new double[length];
        var floats = new float[length];
        var longs = new long[length];
        var ints = new int[length];
        var shorts = new short[length];
        var bytes = new byte[length];
        var booleans = new boolean[length];
        for (int i = 0; i < length; i++) {
            doubles[i] = floats[i] = longs[i] = ints[i] = shorts[i] = bytes[i] = (byte) i;
            booleans[i] = i % 3 == 0;
        }
        try (var arena = Arena.ofConfined()) {
            assertArrayEquals(doubles, Tensor.of(arena, doubles, length).doubles());
            assertArrayEquals(floats, Tensor.of(arena, floats, length).floats());
            assertArrayEquals(longs, Tensor.of(arena, longs, length).longs());
            assertArrayEquals(ints, Tensor.of(arena, ints, length).ints());
            assertArrayEquals(bytes, Tensor.of(arena, bytes, length).bytes());
            assertEquals(-1, MemorySegment.ofArray(shorts).mismatch(Tensor.of(arena, shorts, length).segment()));
            var bools = Tensor.of(arena, booleans, length).bytes();
            for (int i = 0; i < length; i++) {
                assertEquals(booleans[i] ? 1 : 0, bools[i]);
            }
        }
    }

    @Test
    void namesItsType() {
        try (var arena = Arena.ofConfined()) {
            assertEquals("int16[2]", Tensor.of(arena, new short[2], 2).toString());
            assertEquals("bool[]", Tensor.of(arena, new boolean[1]).toString());
            assertEquals("string[1, 1]", Tensor.ofStrings(arena, List.of("a"), 1, 1).toString());
        }
    }

    @Test
    void freshMemoryIsZeroAndAligned() {
        try (var arena = Arena.ofConfined()) {
            for (int i = 0; i < 50; i++) {
                var tensor = Tensor.allocate(arena, ElementType.INT8, 13 + i);
                assertEquals(0, tensor.segment().address() % Tensor.ALIGNMENT);
                assertArrayEquals(new byte[13 + i], tensor.bytes());
                tensor.segment().fill((byte) 7);
            }
        }
    }

    @Test
    void aCopyIsACopy() {
        try (var arena = Arena.ofConfined()) {
            var heap = new float[] {1, 2};
            var tensor = Tensor.of(arena, heap, 2);
            heap[0] = 9;
            assertArrayEquals(new float[] {1, 2}, tensor.floats());
            tensor.segment().setAtIndex(JAVA_FLOAT, 1, 5);
            assertArrayEquals(new float[] {1, 5}, tensor.floats());
            var elements = arena.allocate(8);
            var copied = Tensor.copyOf(arena, ElementType.FLOAT32, elements, 2);
            elements.fill((byte) 1);
            assertArrayEquals(new float[2], copied.floats());
        }
    }

    @Test
    void refusesWhatDoesNotFitTheShape() {
        try (var arena = Arena.ofConfined()) {
            var wrong = assertThrows(TensorException.class, () -> Tensor.of(arena, new float[3], 2, 2));
            assertTrue(wrong.getMessage().contains("4 elements, and 3"), wrong::getMessage);
            assertThrows(TensorException.class, () -> Tensor.of(arena, new long[0]));
            assertThrows(TensorException.class, () -> Tensor.ofStrings(arena, List.of("a"), 2));
            assertThrows(TensorException.class, () -> Tensor.ofStrings(arena, List.of("a"), 0));
            var e = assertThrows(TensorException.class, () -> Tensor.ofStrings(arena, Arrays.asList("a", null), 2));
            assertTrue(e.getMessage().contains("element 1 is null"), e::getMessage);
            var odd = MemorySegment.ofArray(new byte[7]);
            assertThrows(TensorException.class, () -> Tensor.copyOf(arena, ElementType.FLOAT32, odd, 1));
            assertThrows(TensorException.class, () -> Tensor.copyOf(arena, ElementType.INT4, odd, 15));
            assertThrows(TensorException.class, () -> Tensor.copyOf(arena, ElementType.STRING, odd, 7));
            assertThrows(TensorException.class, () -> Tensor.allocate(arena, ElementType.STRING, 1));
            assertThrows(TensorException.class, () -> Tensor.allocate(arena, ElementType.FLOAT32, -1));
            assertThrows(TensorException.class, () -> Tensor.allocate(arena, ElementType.FLOAT64, Long.MAX_VALUE));
        }
    }

    @Test
    void refusesReadingAsAnotherType() {
        try (var arena = Arena.ofConfined()) {
            var floats = Tensor.of(arena, new float[1], 1);
            assertThrows(TensorException.class, floats::doubles);
            assertThrows(TensorException.class, floats::longs);
            assertThrows(TensorException.class, floats::ints);
            assertThrows(TensorException.class, floats::strings);
            assertThrows(TensorException.class, () -> Tensor.of(arena, new double[1], 1).floats());
            assertThrows(TensorException.class, () -> Tensor.ofStrings(arena, List.of(""), 1).floats());
        }
    }

    @Test
    void readsUnsignedNumbersAsTheSameBits() {
        try (var arena = Arena.ofConfined()) {
            var all = arena.allocate(8, 8).fill((byte) -1);
            assertArrayEquals(new long[] {-1}, Tensor.wrap(arena, ElementType.UINT64, all, 1).longs());
            assertArrayEquals(new int[] {-1, -1}, Tensor.wrap(arena, ElementType.UINT32, all, 2).ints());
        }
    }

    @Test
    void refusesMemoryThatIsNone() throws Exception {
        try (var arena = Arena.ofConfined()) {
            refuses("heap", arena, ElementType.FLOAT32, MemorySegment.ofArray(new float[4]), 4);
            refuses("16 bytes, and the segment has 15", arena, ElementType.FLOAT32, arena.allocate(15, 8), 4);
            refuses("aligned", arena, ElementType.FLOAT32, arena.allocate(17, 8).asSlice(1), 4);
            refuses("aligned", arena, ElementType.INT16, arena.allocate(9, 8).asSlice(1), 4);
            refuses("aligned", arena, ElementType.COMPLEX128, arena.allocate(20, 8).asSlice(4), 1);
            refuses("strings", arena, ElementType.STRING, arena.allocate(16), 1);
            refuses("negative", arena, ElementType.INT8, arena.allocate(16), -1);
            var closed = Arena.ofShared();
            var gone = closed.allocate(16, 8);
            closed.close();
            refuses("closed", arena, ElementType.FLOAT32, gone, 4);
            var ended = Arena.ofConfined();
            ended.close();
            var memory = arena.allocate(16, 8);
            assertThrows(IllegalStateException.class, () -> Tensor.wrap(ended, ElementType.FLOAT32, memory, 4));
            assertThrows(IllegalStateException.class, () -> Tensor.allocate(ended, ElementType.FLOAT32, 4));
            assertThrows(IllegalStateException.class, () -> Tensor.of(ended, new float[5000], 5000));
            assertThrows(IllegalStateException.class, () -> Tensor.ofStrings(ended, List.of("a"), 1));
            assertThrows(WrongThreadException.class, () -> onAnotherThread(() ->
                Tensor.wrap(Arena.ofAuto(), ElementType.FLOAT32, memory, 4)));
            assertThrows(WrongThreadException.class, () -> onAnotherThread(() ->
                Tensor.of(arena, new float[5000], 5000)));
        }
    }

    private static void refuses(String why, Arena arena, ElementType type, MemorySegment memory, long... shape) {
        var e = assertThrows(TensorException.class, () -> Tensor.wrap(arena, type, memory, shape));
        assertTrue(e.getMessage().contains(why), e::getMessage);
    }

    private static void onAnotherThread(Runnable task) throws Throwable {
        var thrown = new Throwable[1];
        var thread = Thread.ofPlatform().start(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                thrown[0] = e;
            }
        });
        thread.join();
        if (thrown[0] != null) {
            throw thrown[0];
        }
    }

    @Test
    void wrapsMemoryLargerThanTheTensorAndMemoryWithoutBytes() {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(64, 8);
            var tensor = Tensor.wrap(arena, ElementType.INT8, memory.asSlice(3), 5);
            assertEquals(memory.address() + 3, tensor.segment().address());
            assertEquals(5, tensor.segment().byteSize());
            assertThrows(IndexOutOfBoundsException.class, () -> tensor.segment().get(JAVA_BYTE, 5));
            assertEquals(0, Tensor.wrap(arena, ElementType.FLOAT32, MemorySegment.NULL, 0).segment().byteSize());
        }
    }
}
