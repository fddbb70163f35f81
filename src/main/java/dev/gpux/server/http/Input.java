package dev.gpux.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What has come from the client and was not read yet. Belongs to the connection's thread, except while that waits. */
final class Input {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Transport transport;
    private final ByteBuffer buffer;
    private volatile boolean timedOut;

    /** @param buffer where bytes are kept; empty */
    Input(Transport transport, ByteBuffer buffer) {
        this.transport = transport;
        this.buffer = buffer.limit(0);
    }

    /** The bytes between position and limit. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** The client took too long: its connection ends. For any thread. */
    void timeOut() {
        timedOut = true;
        transport.shutdownInput();
    }

    /** Reads more behind what is there; false at the end. There must be room after {@link ByteBuffer#compact}. */
    boolean fill() throws IOException {
        buffer.compact();
        try {
            return transport.read(buffer) >= 0;
        } finally {
            buffer.flip();
        }
    }

    /** Takes what has come without waiting. False if the client has gone. */
    boolean poll() throws IOException {
        buffer.compact();
        try {
            return !buffer.hasRemaining() || transport.poll(buffer) >= 0;
        } finally {
            buffer.flip();
        }
    }

    private void require() throws IOException {
        if (!buffer.hasRemaining() && !fill()) {
            throw ended();
        }
    }

    /** Why there is no more where there ought to be. */
    HttpException ended() {
        return timedOut ? HttpException.fatal(408, "the request did not arrive in time")
            : HttpException.fatal(400, "the request ends too early");
    }

    /** Whether the client's time was up. */
    boolean isTimedOut() {
        return timedOut;
    }

    int get() throws IOException {
        require();
        return buffer.get() & 0xFF;
    }

    /** At least one byte. */
    int get(byte[] into, int offset, int length) throws IOException {
        require();
        int count = Math.min(length, buffer.remaining());
        buffer.get(into, offset, count);
        return count;
    }

    /** At least one byte; past the buffer, if that is empty. */
    int get(ByteBuffer into) throws IOException {
        if (!buffer.hasRemaining()) {
            int count = transport.read(into);
            if (count < 0) {
                throw ended();
            }
            return count;
        }
        int count = Math.min(into.remaining(), buffer.remaining());
        into.put(into.position(), buffer, buffer.position(), count);
        buffer.position(buffer.position() + count);
        return count;
    }

    /** Tells a client that waits before it sends a body that it may. */
    void sendContinue() throws IOException {
        if (!buffer.hasRemaining()) {
            transport.write(new ByteBuffer[] {ByteBuffer.wrap(CONTINUE)});
        }
    }
}
