package dev.gpux.store.remote;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Proxies as the environment names them: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY},
 * in small letters or large, as curl and most tools read them. Where none is set, the JDK's own settings count
 * ({@code https.proxyHost} and so on).
 */
final class Proxies extends ProxySelector {
    private static final int DEFAULT_PORT = 1080;
    private static final int MOST_PORT = 65_535;

    private final Map<String, Setting> byScheme;
    private final List<String> exceptions;

    /** A proxy; {@code user} is {@code name:password}. */
    private record Setting(String host, int port, Optional<String> user) { }

    private Proxies(Map<String, Setting> byScheme, List<String> exceptions) {
        this.byScheme = Map.copyOf(byScheme);
        this.exceptions = List.copyOf(exceptions);
    }

    /** The proxies of an environment; empty if it names none. */
    static Optional<Proxies> of(Map<String, String> environment) {
        var byScheme = new HashMap<String, Setting>();
        for (var scheme : List.of("http", "https")) {
            var value = value(environment, scheme + "_proxy").or(() -> value(environment, "all_proxy"));
            value.ifPresent(text -> byScheme.put(scheme, setting(scheme, text)));
        }
        if (byScheme.isEmpty()) {
            return Optional.empty();
        }
        var exceptions = new ArrayList<String>();
        for (var part : value(environment, "no_proxy").orElse("").split("[,\\s]+")) {
            if (!part.isEmpty()) {
                exceptions.add(part.toLowerCase(Locale.ROOT));
            }
        }
        return Optional.of(new Proxies(byScheme, exceptions));
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank())
            .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))).filter(t -> !t.isBlank()))
            .map(String::strip);
    }

    private static Setting setting(String scheme, String text) {
        var variable = scheme.toUpperCase(Locale.ROOT) + "_PROXY";
        try {
            var uri = new URI(text.contains("://") ? text : "http://" + text);
            if (uri.getHost() == null) {
                throw new DownloadException(variable + " names no host; expected http://host:port");
            }
            if (!uri.getScheme().equalsIgnoreCase("http")) {
                throw new DownloadException(variable + " names a proxy of the kind " + uri.getScheme()
                    + "://; expected http://host:port");
            }
            if (uri.getPort() > MOST_PORT) {
                throw new DownloadException(variable + " names the port " + uri.getPort() + "; expected one up to "
                    + MOST_PORT);
            }
            return new Setting(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                Optional.ofNullable(uri.getUserInfo()));
        } catch (URISyntaxException e) {
            throw new DownloadException(variable + " is no address; expected http://host:port");
        }
    }

    /** What the proxy for an address wants to see: the value of the header {@code Proxy-Authorization} (RFC 7617). */
    Optional<String> authorization(URI uri) {
        return setting(uri).flatMap(Setting::user).map(user -> "Basic " + Base64.getEncoder().encodeToString(
            user.getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<Setting> setting(URI uri) {
        var setting = Optional.ofNullable(byScheme.get(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)));
        return setting.filter(_ -> !isException(uri));
    }

    @Override
    public List<Proxy> select(URI uri) {
        return List.of(setting(uri).map(setting -> new Proxy(Proxy.Type.HTTP,
            new InetSocketAddress(setting.host(), setting.port()))).orElse(Proxy.NO_PROXY));
    }

    /** {@code example.org} stands for itself and what ends with {@code .example.org}; a port may follow; {@code *} is all. */
    private boolean isException(URI uri) {
        var host = uri.getHost().toLowerCase(Locale.ROOT);
        var withPort = host + ":" + uri.getPort();
        for (var exception : exceptions) {
            var plain = exception.startsWith("*.") ? exception.substring(2)
                : exception.startsWith(".") ? exception.substring(1) : exception;
            if (exception.equals("*") || host.equals(plain) || withPort.equals(plain) || host.endsWith("." + plain)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // There is one proxy, and the request says that it failed.
    }
}
