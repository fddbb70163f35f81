package dev.gpux.server.http;

import dev.gpux.server.memory.MemoryException;
import dev.gpux.server.memory.MemoryPool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** Listens on an address and gives every connection a virtual thread. */
public final class HttpServer implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final MemoryPool pool;
    private final Limits limits;
    private final Handler handler;
    private final Optional<SSLContext> tls;
    private final Consumer<Throwable> log;
    private final HttpClock clock = new HttpClock();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ServerSocketChannel listening;
    private volatile boolean draining;
    private volatile boolean closed;

    /**
     * Listens from now on; {@link #start()} answers.
     *
     * @param tls how connections are encrypted, if they are
     * @param log hears of errors of the server itself
     * @throws IOException if the address cannot be had
     */
    public HttpServer(InetSocketAddress address, MemoryPool pool, Limits limits, Optional<SSLContext> tls,
                      Handler handler, Consumer<Throwable> log) throws IOException {
        this.pool = pool;
        this.limits = limits;
        this.handler = handler;
        this.tls = tls;
        this.log = log;
        this.listening = ServerSocketChannel.open();
        try {
            listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listening.bind(address, BACKLOG);
        } catch (IOException e) {
            listening.close();
            throw new IOException("cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                + e.getMessage() + "; another port is set with --port or serve: port", e);
        }
    }

    /** Begins to answer. */
    public void start() {
        Thread.ofPlatform().daemon().name("gpux-accept").start(this::accept);
        Thread.ofPlatform().daemon().name("gpux-watch").start(this::watch);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        try {
            return (InetSocketAddress) listening.getLocalAddress();
        } catch (IOException e) {
            throw new IllegalStateException("the server is closed", e);
        }
    }

    /** The number of connections that are open. */
    public int connections() {
        return connections.size();
    }

    MemoryPool pool() {
        return pool;
    }

    Limits limits() {
        return limits;
    }

    Handler handler() {
        return handler;
    }

    HttpClock clock() {
        return clock;
    }

    boolean isDraining() {
        return draining;
    }

    void forget(Connection connection) {
        connections.remove(connection);
    }

    void report(Throwable e) {
        log.accept(e);
    }

    private void accept() {
        while (!draining) {
            SocketChannel channel = null;
            try {
                channel = listening.accept();
                open(channel);
            } catch (MemoryException e) {
                close(channel);
            } catch (IOException e) {
                close(channel);
                if (listening.isOpen()) {
                    // Out of file descriptors, most likely: it must not become a busy loop.
                    LockSupport.parkNanos(10 * TICK_NANOS);
                }
            } catch (RuntimeException | Error e) {
                close(channel);
                report(e);
            }
        }
    }

    private static void close(SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // It never served anybody.
            }
        }
    }

    private void open(SocketChannel channel) throws IOException {
        if (connections.size() >= limits.connections()) {
            TooMany.tell(channel);
            return;
        }
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var address = (InetSocketAddress) channel.getRemoteAddress();
        var connection = new Connection(this, transport(channel),
            address.getAddress().getHostAddress());
        connections.add(connection);
        Thread.ofVirtual().name("gpux-connection").start(connection);
    }

    private Transport transport(SocketChannel channel) {
        return tls.isEmpty() ? new PlainTransport(channel)
            : new TlsTransport(channel, tls.get().createSSLEngine());
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(TICK_NANOS);
            long now = System.nanoTime();
            for (var connection : connections) {
                try {
                    connection.check(now);
                } catch (RuntimeException | Error e) {
                    report(e);
                }
            }
        }
    }

    /**
     * Accepts no connections any more and lets the requests under way end.
     *
     * @return whether they ended within {@code grace}
     */
    public boolean drain(Duration grace) {
        draining = true;
        try {
            listening.close();
        } catch (IOException e) {
            report(e);
        }
        long until = System.nanoTime() + grace.toNanos();
        while (!connections.isEmpty() && System.nanoTime() < until) {
            LockSupport.parkNanos(TICK_NANOS);
        }
        return connections.isEmpty();
    }

    /** Closes every connection, whatever it is doing. */
    @Override
    public void close() {
        drain(Duration.ZERO);
        connections.forEach(Connection::close);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (!connections.isEmpty() && System.nanoTime() < until) {
            LockSupport.parkNanos(TICK_NANOS);
        }
        closed = true;
    }
}
