package dev.gpux.server;

import dev.gpux.server.http.HttpServer;
import dev.gpux.server.memory.MemoryPool;
import dev.gpux.server.model.LoadSettings;
import dev.gpux.server.model.Repository;
import dev.gpux.server.model.ServedModel;
import dev.gpux.server.model.Source;
import dev.gpux.server.route.Routes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A running server. It listens from {@link #start} on, and is ready when every model that was given to {@link #load} is.
 * Thread-safe.
 *
 * {@snippet lang = java :
 * try (var server = Server.start(ServerOptions.local(), Throwable::printStackTrace)) {
 *     server.load(new Source("here", () -> Gpuxfile.read(Path.of("GPUXfile"))));
 *     System.out.println(server.address());
 *     …
 * }
 * }
 */
public final class Server implements AutoCloseable {
    private static final long MOST_KEPT = 256L << 20;

    private final MemoryPool pool;
    private final Repository repository;
    private final Routes routes;
    private final HttpServer http;

    private Server(ServerOptions options, Consumer<Throwable> errors) throws IOException {
        this.pool = new MemoryPool(options.requestBytes(), Math.min(MOST_KEPT, options.requestBytes()));
        this.repository = new Repository(new LoadSettings(options.engine(), options.workers(), pool,
            options.modelBytes()));
        this.routes = new Routes(repository, pool, options.routes(), this::connections, options.log(),
            options.version());
        this.http = new HttpServer(options.address(), pool, options.limits(), options.tls(), routes, errors);
    }

    /**
     * Begins to listen; without models yet, so that whoever asks hears that the server lives and is not ready.
     *
     * @param errors hears of errors of the server itself, of which clients hear nothing but that there was one
     * @throws IOException if the address cannot be had
     */
    public static Server start(ServerOptions options, Consumer<Throwable> errors) throws IOException {
        var server = new Server(options, errors);
        server.http.start();
        return server;
    }

    /** The number of connections that are open. */
    public int connections() {
        return http.connections();
    }

    /**
     * Opens a model, warms it up and serves it.
     *
     * @throws RuntimeException what {@link dev.gpux.engine.Model#open} throws, or if a golden test fails
     */
    public ServedModel load(Source source) {
        return repository.load(source);
    }

    /** The models. */
    public Repository repository() {
        return repository;
    }

    /** The native memory that requests borrow. */
    public MemoryPool pool() {
        return pool;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return http.address();
    }

    /**
     * Is not ready any more, takes no new connections, and lets the requests under way end.
     *
     * @return whether all ended within {@code grace}
     */
    public boolean drain(Duration grace) {
        routes.drain();
        return http.drain(grace);
    }

    /** Ends at once: connections are closed, runs that nobody waits for any more are ended, models freed. */
    @Override
    public void close() {
        routes.drain();
        http.close();
        repository.close();
        pool.close();
    }
}
