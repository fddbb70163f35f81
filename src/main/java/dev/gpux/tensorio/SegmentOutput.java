package dev.gpux.tensorio;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;

/** Writes segments of any size to channels, which know only buffers below 2 GiB. */
final class SegmentOutput {
    private static final long CHUNK = 1 << 26;

    private SegmentOutput() { }

    static void write(WritableByteChannel out, MemorySegment bytes) throws IOException {
        for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
            var buffer = bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer();
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        }
    }
}
