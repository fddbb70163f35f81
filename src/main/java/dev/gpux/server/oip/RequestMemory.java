package dev.gpux.server.oip;

import dev.gpux.server.memory.Block;
import dev.gpux.server.memory.MemoryPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/** The native memory of one request's tensors, in slices of borrowed blocks. Allocated by one thread, read by any. */
public final class RequestMemory implements SegmentAllocator, AutoCloseable {
    private final MemoryPool pool;
    private final List<Block> blocks = new ArrayList<>(2);
    private long used;
    private long bytes;

    /** None yet. */
    public RequestMemory(MemoryPool pool) {
        this.pool = pool;
    }

    /** Memory whose content is anything. */
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        bytes += byteSize;
        if (!blocks.isEmpty()) {
            var last = blocks.getLast().segment();
            long start = (used + byteAlignment - 1) / byteAlignment * byteAlignment;
            if (start + byteSize <= last.byteSize()) {
                used = start + byteSize;
                return last.asSlice(start, byteSize);
            }
        }
        var block = pool.take(byteSize);
        blocks.add(block);
        used = byteSize;
        return block.segment().asSlice(0, byteSize);
    }

    /** How many bytes were allocated. */
    public long byteSize() {
        return bytes;
    }

    /** Gives everything back; no thread may use it any more. A second call does nothing. */
    @Override
    public void close() {
        blocks.forEach(Block::close);
        blocks.clear();
    }
}
