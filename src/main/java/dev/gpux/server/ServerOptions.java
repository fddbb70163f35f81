package dev.gpux.server;

import dev.gpux.engine.OpenOptions;
import dev.gpux.server.http.Limits;
import dev.gpux.server.route.RequestLog;
import dev.gpux.server.route.RouteSettings;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLContext;

/**
 * How a server is set up. Immutable; each {@code with} method gives a changed copy.
 *
 * @param address where to listen; port 0 is any that is free
 * @param limits what a client may cost
 * @param routes how requests are treated
 * @param engine how models are opened
 * @param workers runs of a model at once, if the GPUXfiles shall not say
 * @param requestBytes the most native memory that all requests under way may have together
 * @param modelBytes the most bytes that all models' files may have together
 * @param tls how connections are encrypted, if they are
 * @param log hears of every request
 * @param version of GPUX, for those who ask
 */
public record ServerOptions(InetSocketAddress address, Limits limits, RouteSettings routes, OpenOptions engine,
                            OptionalInt workers, long requestBytes, long modelBytes, Optional<SSLContext> tls,
                            RequestLog log, String version) {
    private static final long REQUEST_BYTES = 2_000_000_000;

    /** On this machine only, at any free port. */
    public static ServerOptions local() {
        return new ServerOptions(new InetSocketAddress("127.0.0.1", 0), Limits.STANDARD, RouteSettings.STANDARD,
            OpenOptions.standard(), OptionalInt.empty(), REQUEST_BYTES, Long.MAX_VALUE, Optional.empty(),
            RequestLog.none(), "");
    }

    /** At another address. */
    public ServerOptions withAddress(InetSocketAddress other) {
        return new ServerOptions(other, limits, routes, engine, workers, requestBytes, modelBytes, tls, log, version);
    }

    /** With other limits. */
    public ServerOptions withLimits(Limits other) {
        return new ServerOptions(address, other, routes, engine, workers, requestBytes, modelBytes, tls, log, version);
    }

    /** With requests treated otherwise. */
    public ServerOptions withRoutes(RouteSettings other) {
        return new ServerOptions(address, limits, other, engine, workers, requestBytes, modelBytes, tls, log, version);
    }

    /** With models opened otherwise. */
    public ServerOptions withEngine(OpenOptions other) {
        return new ServerOptions(address, limits, routes, other, workers, requestBytes, modelBytes, tls, log, version);
    }

    /** With this number of runs of a model at once. */
    public ServerOptions withWorkers(int number) {
        return new ServerOptions(address, limits, routes, engine, OptionalInt.of(number), requestBytes, modelBytes, tls,
            log, version);
    }

    /** With this limit of native memory for requests. */
    public ServerOptions withRequestBytes(long most) {
        return new ServerOptions(address, limits, routes, engine, workers, most, modelBytes, tls, log, version);
    }

    /** With this limit of all models' files together. */
    public ServerOptions withModelBytes(long most) {
        return new ServerOptions(address, limits, routes, engine, workers, requestBytes, most, tls, log, version);
    }

    /** With connections encrypted. */
    public ServerOptions withTls(SSLContext context) {
        return new ServerOptions(address, limits, routes, engine, workers, requestBytes, modelBytes,
            Optional.of(context), log, version);
    }

    /** With somebody who hears of every request. */
    public ServerOptions withLog(RequestLog other) {
        return new ServerOptions(address, limits, routes, engine, workers, requestBytes, modelBytes, tls, other, version);
    }

    /** As this version of GPUX. */
    public ServerOptions withVersion(String other) {
        return new ServerOptions(address, limits, routes, engine, workers, requestBytes, modelBytes, tls, log, other);
    }
}
