package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What C functions take and leave in memory, read and written without the method handles behind
 * {@link MemorySegment#get} and {@link Arena#allocateFrom(String)}: a start would wait milliseconds for them to be
 * linked ({@code docs/performance.md}). What every run of a model does is faster with those.
 */
final class Cells {
    /** As much as a buffer can hold, nearly; the library's own texts are short, a model's metadata may be long. */
    private static final long LONGEST = 1L << 30;
    private static final int POINTER = (int) ADDRESS.byteSize();

    private Cells() { }

    private static ByteBuffer of(MemorySegment memory) {
        return memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /** The pointer at the beginning. */
    static MemorySegment pointer(MemorySegment memory) {
        return pointer(memory, 0);
    }

    /** The pointer at {@code index} of an array of pointers. */
    static MemorySegment pointer(MemorySegment memory, long index) {
        return MemorySegment.ofAddress(of(memory).getLong(Math.toIntExact(index * POINTER)));
    }

    /** Puts a pointer into an array of pointers. */
    static void setPointer(MemorySegment memory, long index, MemorySegment pointer) {
        of(memory).putLong(Math.toIntExact(index * POINTER), pointer.address());
    }

    /** The {@code int64_t} or {@code size_t} at the beginning. */
    static long number(MemorySegment memory) {
        return number(memory, 0);
    }

    /** The number at {@code index} of an array of {@code int64_t}. */
    static long number(MemorySegment memory, long index) {
        return of(memory).getLong(Math.toIntExact(index * Long.BYTES));
    }

    /** The {@code int} or {@code enum} at the beginning. */
    static int code(MemorySegment memory) {
        return of(memory).getInt(0);
    }

    /** {@code text} as a C string in UTF-8. */
    static MemorySegment string(Arena arena, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var memory = arena.allocate(bytes.length + 1L);
        memory.asByteBuffer().put(bytes);
        return memory;
    }

    /** The C string, in UTF-8, that begins at {@code text}; the empty text where there is none. */
    static String string(MemorySegment text) {
        if (text.address() == 0) {
            return "";
        }
        var memory = text.reinterpret(LONGEST).asByteBuffer();
        int length = 0;
        while (memory.get(length) != 0) {
            length++;
        }
        var bytes = new byte[length];
        memory.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
