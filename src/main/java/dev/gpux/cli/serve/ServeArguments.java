package dev.gpux.cli.serve;

import com.sun.management.OperatingSystemMXBean;
import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.cli.common.Version;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.ByteSize;
import dev.gpux.gpuxfile.ServeSpec;
import dev.gpux.server.ServerOptions;
import dev.gpux.server.http.Limits;
import dev.gpux.server.http.Tls;
import dev.gpux.server.route.AccessLog;
import dev.gpux.server.route.RouteSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options of {@code gpux serve}; over the GPUXfile's {@code serve:}, which is over the defaults. */
final class ServeArguments {
    static final String MODEL_DIR = "--model-dir";
    static final String MODEL_NAME = "--model-name";
    private static final String HOST = "--host";
    private static final String PORT = "--port";
    private static final String WORKERS = "--workers";
    private static final String THREADS = "--threads";
    private static final String GRACE = "--grace";
    private static final String ALLOW_LOAD = "--allow-load";
    private static final String CONNECTIONS = "--max-connections";
    private static final String PER_CLIENT = "--max-per-client";
    private static final String TOKEN_FILE = "--token-file";
    private static final String CORS = "--cors";
    private static final String ACCESS_LOG = "--access-log";
    private static final String CERTIFICATE = "--tls-cert";
    private static final String KEY = "--tls-key";
    private static final String KEYSTORE = "--tls-keystore";
    private static final String KEYSTORE_PASSWORD = "GPUX_KEYSTORE_PASSWORD";
    private static final String TOKEN = "GPUX_TOKEN";
    private static final String MODEL_MEMORY = "--model-memory";
    private static final String DEFAULT_HOST = "127.0.0.1";
    private static final int DEFAULT_PORT = 8080;
    private static final int DEFAULT_GRACE = 20;
    private static final int MOST_PORT = 65_535;
    /** As much as the Java heap may take; the rest is for models. */
    private static final int REQUESTS_PART = 4;

    private ServeArguments() { }

    static void addTo(CommandSpec spec) {
        spec.addOption(CommonOptions.option(Path.class, "FOLDER", "Serve what is in this folder: a GPUXfile, model files, "
            + "folders of versions (1, 2, …), or a folder for each model.", MODEL_DIR));
        spec.addOption(CommonOptions.option(String.class, "NAME", "What the model is called, if there is but one.",
            MODEL_NAME));
        spec.addOption(CommonOptions.option(String.class, "ADDRESS", "Where to listen: " + DEFAULT_HOST + " unless the "
            + "GPUXfile says otherwise; 0.0.0.0 for everywhere.", HOST));
        spec.addOption(CommonOptions.option(Integer.class, "N", "The port; 0 for any that is free.", PORT));
        spec.addOption(CommonOptions.option(Integer.class, "N", "Runs of a model that go on at once.", WORKERS));
        spec.addOption(CommonOptions.option(Integer.class, "N", "Threads inside one operator.", THREADS));
        spec.addOption(CommonOptions.option(Integer.class, "SECONDS", "How long requests under way have to end when the "
            + "server is asked to, " + DEFAULT_GRACE + " by default.", GRACE));
        spec.addOption(CommonOptions.option(Integer.class, "N", "Connections open at once.", CONNECTIONS));
        spec.addOption(CommonOptions.option(Integer.class, "N", "Requests that one client, an address, may have under way; "
            + "more get 429. Behind a proxy all are one client.", PER_CLIENT));
        spec.addOption(CommonOptions.option(String.class, "SIZE", "The most that the files of all models may have together; "
            + "one that would exceed it is not loaded.", MODEL_MEMORY));
        spec.addOption(CommonOptions.flag("Let clients load and unload models (/v2/repository).", ALLOW_LOAD));
        spec.addOption(CommonOptions.option(Path.class, "FILE", "Answer only clients that show the token in this file as "
            + "a bearer token; the variable " + TOKEN + " does the same.", TOKEN_FILE));
        spec.addOption(CommonOptions.option(String.class, "ORIGIN", "Let pages of this origin call the server; * for any.",
            CORS));
        spec.addOption(CommonOptions.option(String.class, "FORMAT", "A line on stderr for every request: text or json.",
            ACCESS_LOG));
        spec.addOption(CommonOptions.option(Path.class, "FILE", "The certificate (PEM, with those that vouch for it): "
            + "speak HTTPS.", CERTIFICATE));
        spec.addOption(CommonOptions.option(Path.class, "FILE", "Its key (PEM, PKCS #8).", KEY));
        spec.addOption(CommonOptions.option(Path.class, "FILE", "Certificate and key in a keystore instead; its password "
            + "is in the variable " + KEYSTORE_PASSWORD + ".", KEYSTORE));
        spec.addOption(CommonOptions.option(Path.class, "PATH",
            "The ONNX Runtime to use: a library file, a folder, or an archive with one.", CommonOptions.ORT));
    }

    static ServerOptions options(ParseResult arguments, Terminal terminal, ServeSpec serve) throws IOException {
        var host = Optional.ofNullable(arguments.<String>matchedOptionValue(HOST, null)).or(serve::host)
            .orElse(DEFAULT_HOST);
        int port = number(arguments, PORT, 0, MOST_PORT).orElse(serve.port().orElse(DEFAULT_PORT));
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new UsageException(HOST + " " + host + ": this machine knows no such address");
        }
        var limits = serve.maxBody().isPresent() ? Limits.STANDARD.withBodyBytes(serve.maxBody().getAsLong())
            : Limits.STANDARD;
        var connections = number(arguments, CONNECTIONS, 1, 1_000_000);
        var options = ServerOptions.local().withAddress(address)
            .withLimits(connections.isPresent() ? limits.withConnections(connections.get()) : limits)
            .withEngine(engine(arguments)).withVersion(Version.GPUX);
        options = options.withRequestBytes(Math.min(options.requestBytes(), machineBytes() / REQUESTS_PART));
        var memory = Optional.ofNullable(arguments.<String>matchedOptionValue(MODEL_MEMORY, null));
        options = memory.isPresent() ? options.withModelBytes(bytes(memory.get())) : options;
        var workers = number(arguments, WORKERS, 1, 4096);
        options = workers.isPresent() ? options.withWorkers(workers.get()) : options;
        var tls = tls(arguments);
        options = tls.isPresent() ? options.withTls(tls.get()) : options;
        var log = accessLog(arguments, terminal);
        return routes(arguments, log.isPresent() ? options.withLog(log.get()) : options);
    }

    /** The memory of this machine, or what its container may have of it. */
    private static long machineBytes() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    private static long bytes(String text) {
        var bytes = ByteSize.parse(text);
        if (bytes.isEmpty()) {
            throw new UsageException(MODEL_MEMORY + " takes a size such as 2GB, not '" + text + "'");
        }
        return bytes.getAsLong();
    }

    private static Optional<AccessLog> accessLog(ParseResult arguments, Terminal terminal) {
        return Optional.ofNullable(arguments.<String>matchedOptionValue(ACCESS_LOG, null)).map(format ->
            new AccessLog(terminal.err(), switch (format) {
                case "text" -> AccessLog.Format.TEXT;
                case "json" -> AccessLog.Format.JSON;
                default -> throw new UsageException(ACCESS_LOG + " takes text or json, not '" + format + "'");
            }));
    }

    private static Optional<SSLContext> tls(ParseResult arguments) throws IOException {
        var certificate = Optional.ofNullable(arguments.<Path>matchedOptionValue(CERTIFICATE, null));
        var key = Optional.ofNullable(arguments.<Path>matchedOptionValue(KEY, null));
        var keystore = Optional.ofNullable(arguments.<Path>matchedOptionValue(KEYSTORE, null));
        if (certificate.isPresent() != key.isPresent() || keystore.isPresent() && key.isPresent()) {
            throw new UsageException("HTTPS takes " + CERTIFICATE + " and " + KEY + ", or " + KEYSTORE);
        }
        if (keystore.isPresent()) {
            return Optional.of(Tls.ofKeystore(keystore.get(),
                Optional.ofNullable(System.getenv(KEYSTORE_PASSWORD)).orElse("").toCharArray()));
        }
        return certificate.isEmpty() ? Optional.empty() : Optional.of(Tls.ofPem(certificate.get(), key.get()));
    }

    private static Optional<String> token(ParseResult arguments) throws IOException {
        var file = Optional.ofNullable(arguments.<Path>matchedOptionValue(TOKEN_FILE, null));
        var token = file.isPresent() ? Optional.of(Files.readString(file.get()).strip())
            : Optional.ofNullable(System.getenv(TOKEN));
        if (file.isPresent() && token.get().isEmpty()) {
            throw new UsageException(TOKEN_FILE + " " + file.get() + " is empty; expected the token");
        }
        return token.filter(text -> !text.isEmpty());
    }

    private static ServerOptions routes(ParseResult arguments, ServerOptions options) throws IOException {
        var perClient = number(arguments, PER_CLIENT, 1, 1_000_000);
        return options.withRoutes(new RouteSettings(RouteSettings.STANDARD.timeout(),
            CommonOptions.has(arguments, ALLOW_LOAD), token(arguments),
            Optional.ofNullable(arguments.matchedOptionValue(CORS, null)),
            perClient.isPresent() ? OptionalInt.of(perClient.get()) : OptionalInt.empty()));
    }

    /** Threads of the pool that several models share. */
    static int threads(ParseResult arguments) {
        return number(arguments, THREADS, 1, 4096).orElse(Runtime.getRuntime().availableProcessors());
    }

    private static OpenOptions engine(ParseResult arguments) {
        var options = ProviderArguments.apply(arguments, OpenOptions.standard());
        return number(arguments, THREADS, 1, 4096).map(options::withIntraThreads).orElse(options);
    }

    private static Optional<Integer> number(ParseResult arguments, String option, int least, int most) {
        var number = Optional.ofNullable(arguments.<Integer>matchedOptionValue(option, null));
        number.filter(value -> value < least || value > most).ifPresent(value -> {
            throw new UsageException(option + " takes a number from " + least + " to " + most + ", not " + value);
        });
        return number;
    }

    static Duration grace(ParseResult arguments) {
        return Duration.ofSeconds(number(arguments, GRACE, 0, 86_400).orElse(DEFAULT_GRACE));
    }

    /** Where a person would go. */
    static String url(ParseResult arguments, InetSocketAddress address) {
        var host = address.getAddress().getHostAddress();
        boolean tls = arguments.hasMatchedOption(CERTIFICATE) || arguments.hasMatchedOption(KEYSTORE);
        return (tls ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
