package dev.gpux.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;

/**
 * Bytes for {@link ProtoReader}, read through a small window.
 *
 * <p>Headers are read byte by byte, and a byte array is many times faster for that than a segment while the JVM is
 * cold, which is when models are read. Weights are jumped over, so the window is small.
 *
 * <p>Not thread-safe; each reading makes its own.
 */
final class ProtoInput {
    /**
     * The most messages and strings one file may hold. A real graph has thousands; two bytes of file can cost fifty of
     * heap, so without a bound a hostile file of some gigabytes would exhaust the memory.
     */
    static final long MAX_OBJECTS = 5_000_000;

    /** The longest text: far more than any embedded tokenizer, and far less than what hurts. */
    static final int MAX_STRING = 256 << 20;

    private static final int WINDOW = 8192;

    private final MemorySegment segment;
    private final byte[] window;
    private long windowAt;
    private int windowLength;
    private long objects;

    ProtoInput(Span span) {
        this.segment = span.root();
        this.window = new byte[Math.clamp(span.size(), 16, WINDOW)];
    }

    MemorySegment segment() {
        return segment;
    }

    /** The size of the whole file. */
    long size() {
        return segment.byteSize();
    }

    /** The byte at a position below {@link #size()}, 0 to 255. */
    int byteAt(long position) {
        long index = position - windowAt;
        if (index < 0 || index >= windowLength) {
            fill(position);
            index = 0;
        }
        return window[(int) index] & 0xFF;
    }

    /** Text in a range that lies inside the file and is at most {@link #MAX_STRING} bytes long. */
    String text(long position, int length) throws CharacterCodingException {
        long index = position - windowAt;
        if (index >= 0 && index + length <= windowLength) {
            return Utf8.decode(window, (int) index, length);
        }
        var bytes = new byte[length];
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, position, bytes, 0, length);
        return Utf8.decode(bytes);
    }

    /** Counts one message or string; false when the file holds more of them than any model needs. */
    boolean count() {
        return ++objects <= MAX_OBJECTS;
    }

    private void fill(long position) {
        windowAt = position;
        windowLength = (int) Math.min(window.length, size() - position);
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, position, window, 0, windowLength);
    }
}
