package dev.gpux.server.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * A socket with TLS. Reading decrypts into a buffer of its own first: a tensor cannot come from such a socket straight
 * into the model's memory.
 */
final class TlsTransport implements Transport {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final PlainTransport plain;
    private final SSLEngine engine;
    /** Encrypted, as it came; between position and limit. */
    private ByteBuffer arrived;
    /** Decrypted, not read yet; between position and limit. */
    private ByteBuffer readable;
    private ByteBuffer leaving;

    TlsTransport(SocketChannel channel, SSLEngine engine) {
        this.channel = channel;
        this.plain = new PlainTransport(channel);
        this.engine = engine;
        engine.setUseClientMode(false);
        int packet = engine.getSession().getPacketBufferSize();
        this.arrived = ByteBuffer.allocate(packet).limit(0);
        this.leaving = ByteBuffer.allocate(packet);
        this.readable = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        while (!readable.hasRemaining()) {
            if (!decrypt()) {
                return -1;
            }
        }
        int count = Math.min(into.remaining(), readable.remaining());
        into.put(into.position(), readable, readable.position(), count);
        into.position(into.position() + count);
        readable.position(readable.position() + count);
        return count;
    }

    /** One step: a record decrypted, or one of the handshake. False at the end. */
    private boolean decrypt() throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> encrypt(NOTHING);
            default -> {
                readable.clear();
                SSLEngineResult result;
                try {
                    result = engine.unwrap(arrived, readable);
                } finally {
                    readable.flip();
                }
                if (result.getStatus() == Status.CLOSED) {
                    return false;
                }
                if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                    return receive();
                }
                if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                    readable = ByteBuffer.allocate(2 * readable.capacity()).limit(0);
                }
            }
        }
        return true;
    }

    private void runTasks() {
        for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private boolean receive() throws IOException {
        if (arrived.remaining() == arrived.capacity()) {
            arrived = ByteBuffer.allocate(2 * arrived.capacity()).put(arrived).flip();
        }
        arrived.compact();
        try {
            return channel.read(arrived) >= 0;
        } finally {
            arrived.flip();
        }
    }

    private void encrypt(ByteBuffer from) throws IOException {
        do {
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                runTasks();
            }
            leaving.clear();
            var result = engine.wrap(from, leaving);
            if (result.getStatus() == Status.CLOSED && from.hasRemaining()) {
                throw new EOFException("the client has closed the TLS connection");
            }
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                leaving = ByteBuffer.allocate(2 * leaving.capacity());
                continue;
            }
            plain.write(new ByteBuffer[] {leaving.flip()});
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP && from.hasRemaining()) {
                throw new SSLException("the client wants another handshake in the middle of an answer");
            }
        } while (from.hasRemaining());
    }

    @Override
    public void write(ByteBuffer[] parts) throws IOException {
        for (var part : parts) {
            if (part.hasRemaining()) {
                encrypt(part);
            }
        }
    }

    @Override
    public void beginWait() throws IOException {
        plain.beginWait();
    }

    @Override
    public void endWait() throws IOException {
        plain.endWait();
    }

    /** What comes stays encrypted until the connection's thread reads it. */
    @Override
    public int poll(ByteBuffer into) throws IOException {
        if (arrived.remaining() == arrived.capacity()) {
            return 0;
        }
        arrived.compact();
        try {
            return channel.read(arrived) < 0 ? -1 : 0;
        } finally {
            arrived.flip();
        }
    }

    /** Nothing: the connection's thread encrypts and writes. */
    @Override
    public void tryWrite(ByteBuffer[] parts) { }

    @Override
    public void shutdownInput() {
        plain.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        engine.closeOutbound();
        encrypt(NOTHING);
        plain.shutdownOutput();
    }

    @Override
    public void close() {
        plain.close();
    }
}
