package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Native memory that grows as numbers of one width are put into it. Belongs to one thread. */
final class NativeBuffer implements AutoCloseable {
    private static final long FIRST = 512;
    private static final long ALIGNMENT = 8;

    private Arena arena = Arena.ofConfined();
    private MemorySegment memory = arena.allocate(FIRST, ALIGNMENT);
    private long length;

    void putByte(int value) {
        reserve(Byte.BYTES);
        memory.set(JAVA_BYTE, length, (byte) value);
        length += Byte.BYTES;
    }

    void putShort(int value) {
        reserve(Short.BYTES);
        memory.set(JAVA_SHORT, length, (short) value);
        length += Short.BYTES;
    }

    void putInt(int value) {
        reserve(Integer.BYTES);
        memory.set(JAVA_INT, length, value);
        length += Integer.BYTES;
    }

    void putLong(long value) {
        reserve(Long.BYTES);
        memory.set(JAVA_LONG, length, value);
        length += Long.BYTES;
    }

    void putFloat(float value) {
        reserve(Float.BYTES);
        memory.set(JAVA_FLOAT, length, value);
        length += Float.BYTES;
    }

    void putDouble(double value) {
        reserve(Double.BYTES);
        memory.set(JAVA_DOUBLE, length, value);
        length += Double.BYTES;
    }

    /** What was put in; valid until the next number is put in or this is closed. */
    MemorySegment content() {
        return memory.asSlice(0, length);
    }

    private void reserve(int bytes) {
        if (memory.byteSize() - length < bytes) {
            grow();
        }
    }

    private void grow() {
        var larger = Arena.ofConfined();
        var target = larger.allocate(2 * memory.byteSize(), ALIGNMENT);
        MemorySegment.copy(memory, 0, target, 0, length);
        arena.close();
        arena = larger;
        memory = target;
    }

    @Override
    public void close() {
        arena.close();
    }
}
