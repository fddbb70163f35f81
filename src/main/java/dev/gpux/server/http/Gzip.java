package dev.gpux.server.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Packs from native memory to native memory (RFC 1952). */
final class Gzip {
    /** Less is not worth it. */
    static final long LEAST = 1024;
    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    /** What incompressible data grow by: some bytes a block of 16 KiB. */
    private static final int BLOCK_BITS = 10;
    private static final long SLACK = 64;

    private Gzip() { }

    /** The memory that packed bytes take at most. */
    static long most(long length) {
        return length + (length >> BLOCK_BITS) + SLACK;
    }

    /** Packs what {@code in} has into {@code out}, which must have {@link #most} bytes; {@code out} is flipped then. */
    static void pack(ByteBuffer in, ByteBuffer out) {
        int length = in.remaining();
        var crc = new CRC32();
        crc.update(in.duplicate());
        out.order(ByteOrder.LITTLE_ENDIAN).clear();
        out.put((byte) 0x1F).put((byte) 0x8B).put((byte) Deflater.DEFLATED);
        while (out.position() < HEADER) {
            out.put((byte) 0);
        }
        var deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(in);
            deflater.finish();
            out.limit(out.capacity() - TRAILER);
            while (!deflater.finished()) {
                if (deflater.deflate(out) == 0 && !deflater.finished() && !out.hasRemaining()) {
                    throw new IllegalStateException("packed data grew beyond the bound");
                }
            }
        } finally {
            deflater.end();
        }
        out.limit(out.capacity());
        out.putInt((int) crc.getValue()).putInt(length).flip();
    }
}
