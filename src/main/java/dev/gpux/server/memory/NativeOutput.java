package dev.gpux.server.memory;

import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** A stream into borrowed native memory, which grows as needed and is kept for the next use. Belongs to one thread. */
public final class NativeOutput extends OutputStream {
    private static final long FIRST = 16 * 1024;
    /** What one large answer needed is not held for all the small ones after it. */
    private static final long MOST_KEPT = 1 << 20;

    private final MemoryPool pool;
    private Block block;
    private long length;

    /** Empty. */
    public NativeOutput(MemoryPool pool) {
        this.pool = pool;
        this.block = pool.take(FIRST);
    }

    /** Empty again; what {@link #content()} gave is overwritten from now on. */
    public void clear() {
        length = 0;
        if (block.segment().byteSize() > MOST_KEPT) {
            block.close();
            block = pool.take(FIRST);
        }
    }

    /** How many bytes were written. */
    public long length() {
        return length;
    }

    /** What was written; until more is, or this is cleared. */
    public MemorySegment content() {
        return block.segment().asSlice(0, length);
    }

    private void reserve(long bytes) {
        if (block.segment().byteSize() - length < bytes) {
            var larger = pool.take(Math.max(2 * block.segment().byteSize(), length + bytes));
            MemorySegment.copy(block.segment(), 0, larger.segment(), 0, length);
            block.close();
            block = larger;
        }
    }

    @Override
    public void write(int b) {
        reserve(1);
        block.segment().set(ValueLayout.JAVA_BYTE, length++, (byte) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        reserve(count);
        MemorySegment.copy(bytes, offset, block.segment(), ValueLayout.JAVA_BYTE, length, count);
        length += count;
    }

    /** Gives the memory back; to be called once, at the end. */
    @Override
    public void close() {
        block.close();
    }
}
