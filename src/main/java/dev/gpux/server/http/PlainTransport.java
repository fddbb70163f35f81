package dev.gpux.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A socket as it is. */
final class PlainTransport implements Transport {
    private final SocketChannel channel;

    PlainTransport(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void write(ByteBuffer[] parts) throws IOException {
        while (hasRemaining(parts)) {
            writeSome(parts);
        }
    }

    @Override
    public void beginWait() throws IOException {
        channel.configureBlocking(false);
    }

    @Override
    public void endWait() throws IOException {
        channel.configureBlocking(true);
    }

    @Override
    public int poll(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void tryWrite(ByteBuffer[] parts) throws IOException {
        while (hasRemaining(parts)) {
            if (writeSome(parts) == 0) {
                return;
            }
        }
    }

    private long writeSome(ByteBuffer[] parts) throws IOException {
        return parts.length == 1 ? channel.write(parts[0]) : channel.write(parts);
    }

    static boolean hasRemaining(ByteBuffer[] parts) {
        for (var part : parts) {
            if (part.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void shutdownInput() {
        try {
            channel.shutdownInput();
        } catch (IOException e) {
            // It is closed, which wakes the reader, too.
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is lost: nobody reads or writes it any more.
        }
    }
}
