package dev.gpux.server.memory;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lends native memory in blocks of powers of two and keeps what comes back for the next borrower, up to a limit; beyond
 * it the memory goes back to the system. Thread-safe.
 */
public final class MemoryPool implements AutoCloseable {
    private static final int SMALLEST_BITS = 12;
    private static final int LARGEST_BITS = 40;
    private static final long ALIGNMENT = 64;

    private final long mostLent;
    private final long mostKept;
    private final List<ConcurrentLinkedDeque<Block>> free = new ArrayList<>();
    private final AtomicLong lent = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private volatile boolean closed;

    /**
     * An empty pool.
     *
     * @param mostLent the most bytes that may be lent at once
     * @param mostKept the most bytes that are kept while nobody needs them
     */
    public MemoryPool(long mostLent, long mostKept) {
        this.mostLent = mostLent;
        this.mostKept = mostKept;
        for (int bits = SMALLEST_BITS; bits <= LARGEST_BITS; bits++) {
            free.add(new ConcurrentLinkedDeque<>());
        }
    }

    /**
     * Lends at least {@code bytes} bytes.
     *
     * @throws MemoryException if that would be more than the pool may lend
     */
    public Block take(long bytes) {
        int bits = Math.max(SMALLEST_BITS, Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, bytes) - 1));
        if (bits > LARGEST_BITS) {
            throw new MemoryException(bytes + " bytes are more than one request can have");
        }
        long size = 1L << bits;
        if (lent.addAndGet(size) > mostLent) {
            lent.addAndGet(-size);
            throw new MemoryException("the requests in flight hold " + lent.get() + " bytes of native memory, and "
                + size + " more would exceed the limit of " + mostLent);
        }
        var block = free.get(bits - SMALLEST_BITS).pollFirst();
        if (block != null) {
            kept.addAndGet(-size);
            block.lend();
            return block;
        }
        try {
            var arena = Arena.ofShared();
            return new Block(this, arena, arena.allocate(size, ALIGNMENT));
        } catch (OutOfMemoryError e) {
            lent.addAndGet(-size);
            throw new MemoryException("the system has no " + size + " bytes of memory left");
        }
    }

    void giveBack(Block block) {
        long size = block.segment().byteSize();
        lent.addAndGet(-size);
        if (closed || kept.addAndGet(size) > mostKept) {
            if (!closed) {
                kept.addAndGet(-size);
            }
            block.free();
        } else {
            free.get(Long.numberOfTrailingZeros(size) - SMALLEST_BITS).addFirst(block);
        }
    }

    /** The bytes that are lent now. */
    public long lentBytes() {
        return lent.get();
    }

    /** The bytes that wait for the next borrower. */
    public long keptBytes() {
        return kept.get();
    }

    /** Frees what is not lent; what is lent is freed when it comes back. */
    @Override
    public void close() {
        closed = true;
        for (var blocks : free) {
            for (var block = blocks.pollFirst(); block != null; block = blocks.pollFirst()) {
                kept.addAndGet(-block.segment().byteSize());
                block.free();
            }
        }
    }
}
