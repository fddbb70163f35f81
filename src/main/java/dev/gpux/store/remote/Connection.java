package dev.gpux.store.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Asks servers, follows redirects, and decides who sees the token. */
final class Connection implements AutoCloseable {
    private static final int MOST_REDIRECTS = 10;
    private static final String USER_AGENT = "gpux";

    private final HttpClient client;
    private final Optional<Proxies> proxies;
    private final Optional<Token> token;
    private final Duration patience;

    Connection(Map<String, String> environment, Optional<Token> token, Duration patience) {
        // Passwords for a proxy on the way to https:// are off by default (JDK 8u111 release notes); they travel in the
        // open there as they do to a proxy for http://, and who sets them means them.
        if (System.getProperty("jdk.http.auth.tunneling.disabledSchemes") == null) {
            System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
        }
        this.token = token;
        this.patience = patience;
        this.proxies = Proxies.of(environment);
        this.client = HttpClient.newBuilder()
            // One long stream gains nothing from HTTP/2, and over plain http the JDK would ask for an upgrade.
            .version(HttpClient.Version.HTTP_1_1)
            // The client would send the token along.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience)
            .proxy(proxies.<ProxySelector>map(own -> own).orElseGet(ProxySelector::getDefault))
            .build();
    }

    /**
     * Asks for a file.
     *
     * @param headers further headers, for the last address as for the first
     * @throws PassingFailure if no server answers
     * @throws DownloadException if a redirect leads where nothing is fetched from
     */
    Answer get(URI uri, Map<String, String> headers) throws PassingFailure {
        var address = uri;
        Optional<HttpHeaders> first = Optional.empty();
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            var from = address;
            Address.problem(from).ifPresent(problem -> {
                throw new DownloadException("nothing is fetched from " + Address.shown(from) + ": " + problem
                    + (from.equals(uri) ? "" : ". " + Address.shown(uri) + " led there"));
            });
            var response = send(from, headers);
            var firstHeaders = first.orElse(response.headers());
            if (!Status.isRedirect(response.statusCode())) {
                return new Answer(from, response.statusCode(), response.headers(), firstHeaders, response.body());
            }
            close(response.body());
            first = Optional.of(firstHeaders);
            address = target(from, response);
        }
        throw new DownloadException(Address.shown(uri) + " leads from one address to the next without end");
    }

    private static URI target(URI from, HttpResponse<InputStream> response) {
        var location = response.headers().firstValue("Location").orElseThrow(() ->
            new DownloadException(Address.shown(from) + " leads elsewhere without saying where"));
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new DownloadException(Address.shown(from) + " leads to something that is no address");
        }
    }

    private HttpResponse<InputStream> send(URI uri, Map<String, String> headers) throws PassingFailure {
        var request = HttpRequest.newBuilder(uri).header("User-Agent", USER_AGENT);
        headers.forEach(request::header);
        token.filter(secret -> secret.isFor(uri))
            .ifPresent(secret -> request.header("Authorization", "Bearer " + secret.secret()));
        proxies.flatMap(own -> own.authorization(uri))
            .ifPresent(value -> request.header("Proxy-Authorization", value));
        // Not the request's own timeout: from JDK 26 on it would end a long transfer in the middle.
        var answer = client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try {
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new PassingFailure(host(uri) + " does not answer");
        } catch (ExecutionException e) {
            throw failure(uri, e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new DownloadException("interrupted while waiting for " + host(uri));
        }
    }

    private static PassingFailure failure(URI uri, Throwable e) {
        return switch (e) {
            case HttpConnectTimeoutException _ -> new PassingFailure(host(uri) + " does not answer");
            case SSLException ssl ->
                throw new DownloadException("no safe connection to " + host(uri) + ": " + ssl.getMessage());
            case ConnectException _ when e.getCause() instanceof UnresolvedAddressException ->
                new PassingFailure("there is no server " + uri.getHost());
            case ConnectException _ -> new PassingFailure("no connection to " + host(uri)
                + (e.getMessage() == null ? "" : ": " + e.getMessage()));
            default -> new PassingFailure("the connection to " + host(uri) + " broke: " + e.getMessage());
        };
    }

    private static String host(URI uri) {
        return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // Nobody wants it.
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
