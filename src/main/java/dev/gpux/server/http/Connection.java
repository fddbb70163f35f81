package dev.gpux.server.http;

import dev.gpux.server.memory.Block;
import dev.gpux.server.memory.MemoryException;
import dev.gpux.server.memory.MemoryPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/** A connection: reads requests one after the other and has them answered, on a virtual thread of its own. */
final class Connection implements Runnable {
    private static final int HEAD_BYTES = 8 * 1024;
    private static final long MOST_DRAINED = 256 * 1024;
    private static final long LINGER_NANOS = 1_000_000_000;
    /** A run that takes less is over before its client can have changed its mind. */
    private static final long WATCH_AFTER_NANOS = 20_000_000;

    private enum Phase { IDLE, READING, WAITING, WRITING, LINGERING }

    private final HttpServer server;
    private final Transport transport;
    private final String client;
    private final Block block;
    private final Input input;
    private final ByteBuffer headBuffer;
    /** Held by whoever touches the input while the connection waits: its own thread, or the watch. */
    private final ReentrantLock waiting = new ReentrantLock();
    private volatile Phase phase = Phase.IDLE;
    private volatile long since = System.nanoTime();
    private Pending pending;

    Connection(HttpServer server, Transport transport, String client) {
        this.server = server;
        this.transport = transport;
        this.client = client;
        this.block = server.pool().take(2L * HEAD_BYTES + server.limits().headBytes());
        var memory = block.segment();
        this.headBuffer = memory.asSlice(0, HEAD_BYTES).asByteBuffer();
        this.input = new Input(transport, memory.asSlice(HEAD_BYTES).asByteBuffer());
    }

    String client() {
        return client;
    }

    MemoryPool pool() {
        return server.pool();
    }

    ByteBuffer headBuffer() {
        return headBuffer;
    }

    String date() {
        return server.clock().line();
    }

    boolean isDraining() {
        return server.isDraining();
    }

    @Override
    public void run() {
        try {
            while (!server.isDraining() && oneRequest()) {
                enter(Phase.IDLE);
            }
        } catch (IOException e) {
            // The client has gone, or was closed for being slow: there is nobody to tell.
        } finally {
            close();
            server.forget(this);
            block.close();
        }
    }

    private void enter(Phase next) {
        since = System.nanoTime();
        phase = next;
    }

    private boolean oneRequest() throws IOException {
        if (!skipEmptyLines()) {
            return false;
        }
        enter(Phase.READING);
        long start = since;
        RequestHead head;
        Body body;
        try {
            head = readHead();
            body = new Body(input, head, server.limits().bodyBytes());
        } catch (HttpException e) {
            refuse(e, start);
            return false;
        }
        var exchange = new Exchange(this, head, body);
        try {
            answer(exchange);
            if (exchange.keepsAlive() && !body.drain(MOST_DRAINED)) {
                exchange.end();
            }
        } catch (HttpException e) {
            // What is left of the body is broken: the answer before it stands, the next request cannot be found.
            exchange.end();
        } catch (IOException e) {
            exchange.gone();
            throw e;
        } finally {
            server.handler().done(exchange, System.nanoTime() - start);
        }
        if (!exchange.keepsAlive() && !body.isRead()) {
            linger();
        }
        return exchange.keepsAlive();
    }

    private void answer(Exchange exchange) throws IOException {
        try {
            server.handler().handle(exchange);
            if (!exchange.isAnswered()) {
                throw new IllegalStateException("nobody answered " + exchange.head().path());
            }
        } catch (HttpException e) {
            fail(exchange, e.status(), e.getMessage());
            if (e.isFatal()) {
                exchange.end();
            }
        } catch (MemoryException e) {
            fail(exchange, 503, e.getMessage());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            server.report(e);
            fail(exchange, 500, "an error of the server itself; its log says more");
        }
    }

    private void fail(Exchange exchange, int status, String message) throws IOException {
        if (exchange.isAnswered()) {
            exchange.end();
            return;
        }
        if (message != null) {
            exchange.note(message);
        }
        exchange.send(server.handler().failure(status, message));
    }

    /** A request so broken that it is not even one. */
    private void refuse(HttpException e, long start) throws IOException {
        var exchange = new Exchange(this, new RequestHead("-", "-", "", true, new Headers()), null);
        exchange.end();
        try {
            exchange.note(e.getMessage());
            exchange.send(server.handler().failure(e.status(), e.getMessage()));
        } finally {
            server.handler().done(exchange, System.nanoTime() - start);
        }
        linger();
    }

    /** Clients send them between requests, and RFC 9112 says to skip them. False if no request comes. */
    private boolean skipEmptyLines() throws IOException {
        var bytes = input.buffer();
        for (int skipped = 0; skipped < 8;) {
            if (!bytes.hasRemaining()) {
                if (!input.fill()) {
                    return false;
                }
                continue;
            }
            byte c = bytes.get(bytes.position());
            if (c != '\r' && c != '\n') {
                return true;
            }
            bytes.get();
            skipped++;
        }
        return false;
    }

    private RequestHead readHead() throws IOException {
        int most = server.limits().headBytes();
        int searched = 0;
        while (true) {
            var bytes = input.buffer();
            int end = HeadParser.end(bytes, bytes.position() + Math.max(0, searched - 3));
            searched = bytes.remaining();
            if ((end < 0 ? searched : end - bytes.position()) > most) {
                throw HttpException.fatal(431, "the head of the request is longer than " + most + " bytes");
            }
            if (end >= 0) {
                return HeadParser.parse(bytes, end);
            }
            if (!input.fill()) {
                throw input.ended();
            }
        }
    }

    /**
     * Before a connection is closed with bytes unread, the client must have had the time to read the answer: the system
     * would take it back from it otherwise.
     */
    private void linger() throws IOException {
        enter(Phase.LINGERING);
        transport.shutdownOutput();
        do {
            input.buffer().position(input.buffer().limit());
        } while (input.fill());
    }

    void write(ByteBuffer[] parts) throws IOException {
        enter(Phase.WRITING);
        transport.write(parts);
    }

    /** By whoever answers while this connection waits. */
    void tryWrite(ByteBuffer[] parts) throws IOException {
        transport.tryWrite(parts);
    }

    void beginWait(Pending next) throws IOException {
        transport.beginWait();
        pending = next;
        enter(Phase.WAITING);
    }

    void endWait() throws IOException {
        waiting.lock();
        try {
            enter(Phase.WRITING);
            transport.endWait();
        } finally {
            waiting.unlock();
        }
    }

    /** Looks whether the client or a run is too slow; called by the watch every few milliseconds. */
    void check(long now) {
        var limits = server.limits();
        switch (phase) {
            case IDLE -> {
                if (server.isDraining() || now - since > limits.idleTime().toNanos()) {
                    transport.shutdownInput();
                }
            }
            case READING -> {
                if (now - since > limits.requestTime().toNanos() && !input.isTimedOut()) {
                    input.timeOut();
                }
            }
            case WRITING -> {
                if (now - since > limits.writeTime().toNanos()) {
                    close();
                }
            }
            case LINGERING -> {
                if (now - since > LINGER_NANOS) {
                    close();
                }
            }
            case WAITING -> {
                if (waiting.tryLock()) {
                    try {
                        checkWaiting(now);
                    } finally {
                        waiting.unlock();
                    }
                }
            }
        }
    }

    private void checkWaiting(long now) {
        if (phase != Phase.WAITING || pending.isDone()) {
            return;
        }
        if (now - pending.deadline() >= 0) {
            pending.expire();
        } else if (now - since > WATCH_AFTER_NANOS) {
            try {
                if (!input.poll()) {
                    pending.abandon();
                }
            } catch (IOException e) {
                pending.abandon();
            }
        }
    }

    void close() {
        transport.close();
    }
}
