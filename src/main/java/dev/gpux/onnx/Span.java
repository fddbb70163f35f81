package dev.gpux.onnx;

import java.lang.foreign.MemorySegment;

/**
 * A range of a larger segment. A plain slice would forget where in the file it lies, and errors need that.
 *
 * @param root the whole file (or a heap array for values made in code)
 * @param start first byte
 * @param end byte after the last one
 */
record Span(MemorySegment root, long start, long end) {
    static Span of(MemorySegment segment) {
        return new Span(segment, 0, segment.byteSize());
    }

    long size() {
        return end - start;
    }

    MemorySegment segment() {
        return root.asSlice(start, end - start);
    }
}
