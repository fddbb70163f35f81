package dev.gpux.server.oip;

import dev.gpux.server.http.Body;
import dev.gpux.server.http.HttpException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;

/** The body of an inference request: so many bytes of JSON, then binary tensors. Belongs to the connection's thread. */
public final class RequestBody {
    private static final int CHUNK = 8192;

    private final InputStream stream;
    private final boolean isBody;
    private final OptionalLong header;
    private final OptionalLong length;
    private final long limit;

    /**
     * A body.
     *
     * @param stream the body itself, or what unpacks it
     * @param header the value of {@code Inference-Header-Content-Length}
     * @param length of all of it, if that is known
     * @param limit the most bytes that it may have
     */
    public RequestBody(InputStream stream, OptionalLong header, OptionalLong length, long limit) {
        this.stream = stream;
        this.isBody = stream instanceof Body;
        this.header = header;
        this.length = length;
        this.limit = limit;
    }

    /** Whether it is one tensor's bytes and nothing else. */
    boolean isRaw() {
        return header.isPresent() && header.getAsLong() == 0;
    }

    /** The most bytes that it may have. */
    long limit() {
        return limit;
    }

    OptionalLong length() {
        return length;
    }

    /** Whether binary tensors may follow the JSON. */
    boolean isBinary() {
        return header.isPresent();
    }

    /** The JSON. Closing it does nothing. */
    InputStream json() {
        return new Part(header.orElse(Long.MAX_VALUE));
    }

    /** Reads the next bytes; straight from the socket if the body is not packed. */
    void readFully(MemorySegment into) throws IOException {
        if (isBody) {
            ((Body) stream).readFully(into);
            return;
        }
        var chunk = new byte[CHUNK];
        for (long at = 0; at < into.byteSize();) {
            int count = stream.read(chunk, 0, (int) Math.min(chunk.length, into.byteSize() - at));
            if (count < 0) {
                throw new HttpException(400, "the body ends " + (into.byteSize() - at) + " bytes too early");
            }
            MemorySegment.copy(chunk, 0, into, ValueLayout.JAVA_BYTE, at, count);
            at += count;
        }
    }

    /** Reads what is left of the body, up to {@code into}'s size, and gives the number of bytes. */
    long readUpTo(MemorySegment into) throws IOException {
        var chunk = new byte[CHUNK];
        long at = 0;
        while (at < into.byteSize()) {
            int count = stream.read(chunk, 0, (int) Math.min(chunk.length, into.byteSize() - at));
            if (count < 0) {
                return at;
            }
            MemorySegment.copy(chunk, 0, into, ValueLayout.JAVA_BYTE, at, count);
            at += count;
        }
        return at;
    }

    boolean isAtEnd() throws IOException {
        return isBody ? ((Body) stream).isAtEnd() : stream.read() < 0;
    }

    /** The first bytes of the body. */
    private final class Part extends InputStream {
        private long remaining;

        Part(long length) {
            this.remaining = length;
        }

        @Override
        public int read() throws IOException {
            if (remaining == 0) {
                return -1;
            }
            int c = stream.read();
            remaining -= c < 0 ? 0 : 1;
            return c;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            if (remaining == 0) {
                return -1;
            }
            int read = stream.read(into, offset, (int) Math.min(count, remaining));
            remaining -= Math.max(0, read);
            return read;
        }
    }
}
