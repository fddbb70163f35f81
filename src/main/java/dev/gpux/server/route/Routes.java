package dev.gpux.server.route;

import dev.gpux.server.http.Exchange;
import dev.gpux.server.http.Handler;
import dev.gpux.server.http.HttpException;
import dev.gpux.server.http.Response;
import dev.gpux.server.memory.MemoryPool;
import dev.gpux.server.metrics.RequestEvent;
import dev.gpux.server.model.Repository;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Finds out what a request wants and has it answered. */
public final class Routes implements Handler {
    private static final List<String> LIVE = List.of("v2", "health", "live");
    private static final List<String> READY = List.of("v2", "health", "ready");

    private final Repository repository;
    private final InferRoute infer;
    private final PredictRoute predict;
    private final ModelRoutes models;
    private final MetricsRoute metrics;
    private final OpenApi openApi;
    private final PageRoute page;
    private final Guard guard;
    private final Optional<ClientShares> shares;
    private final RequestLog log;
    private final String version;
    private volatile boolean draining;

    /**
     * Routes to the models of {@code repository}.
     *
     * @param connections how many connections are open, for the metrics
     * @param version of GPUX
     */
    public Routes(Repository repository, MemoryPool pool, RouteSettings settings, IntSupplier connections,
                  RequestLog log, String version) {
        this.repository = repository;
        var deadlines = new Deadlines(settings.timeout());
        this.infer = new InferRoute(pool, deadlines);
        this.predict = new PredictRoute(pool, deadlines);
        this.models = new ModelRoutes(repository, settings.allowLoad());
        this.metrics = new MetricsRoute(repository, pool, connections);
        this.guard = new Guard(settings);
        this.shares = settings.perClient().isEmpty() ? Optional.empty()
            : Optional.of(new ClientShares(settings.perClient().getAsInt()));
        this.openApi = new OpenApi(repository, version);
        this.page = new PageRoute(repository);
        this.log = log;
        this.version = version;
    }

    /** From now on the server is not ready: it is about to end. */
    public void drain() {
        draining = true;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        long start = System.nanoTime();
        var head = exchange.head();
        guard.allowOrigin(exchange, head.headers().first("x-request-id").isEmpty() ? List.of()
            : List.of("X-Request-Id: " + exchange.id()));
        if (head.method().equals("OPTIONS")) {
            exchange.send(guard.preflight());
            return;
        }
        var path = Path.segments(head.path());
        if (path.isEmpty()) {
            requireMethod(exchange, "GET");
            exchange.send(page.page());
            return;
        }
        // Who watches the server's health has no secrets to show.
        if (!path.equals(LIVE) && !path.equals(READY)) {
            guard.requireToken(exchange);
        }
        switch (path.getFirst()) {
            case "v2" -> protocol(exchange, path, start);
            case "predict" -> {
                requireMethod(exchange, "POST");
                predict(exchange, path, start);
            }
            case "metrics" -> {
                requireMethod(exchange, "GET");
                requireLength(exchange, path, 1);
                exchange.send(metrics.metrics());
            }
            case "openapi.json" -> {
                requireMethod(exchange, "GET");
                requireLength(exchange, path, 1);
                exchange.send(openApi.document());
            }
            case "page" -> {
                requireMethod(exchange, "GET");
                requireLength(exchange, path, 2);
                exchange.send(page.models(path.get(1)));
            }
            default -> throw notFound(exchange);
        }
    }

    private void protocol(Exchange exchange, List<String> path, long start) throws IOException {
        if (path.size() == 1) {
            requireMethod(exchange, "GET");
            exchange.send(server());
            return;
        }
        switch (path.get(1)) {
            case "health" -> {
                requireMethod(exchange, "GET");
                requireLength(exchange, path, 3);
                exchange.send(health(exchange, path.get(2)));
            }
            case "models" -> models(exchange, path, start);
            case "repository" -> {
                requireMethod(exchange, "POST");
                exchange.send(repository(exchange, path));
            }
            default -> throw notFound(exchange);
        }
    }

    private Response server() {
        return JsonAnswer.of(200, json -> {
            json.writeStartObject();
            json.writeStringField("name", "gpux");
            json.writeStringField("version", version);
            json.writeArrayFieldStart("extensions");
            for (var extension : List.of("binary_tensor_data", "classification", "model_repository", "statistics")) {
                json.writeString(extension);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private Response health(Exchange exchange, String what) {
        return switch (what) {
            case "live" -> truth(200, "live", true);
            case "ready" -> {
                boolean ready = !draining && repository.isReady();
                yield truth(ready ? 200 : 503, "ready", ready);
            }
            default -> throw notFound(exchange);
        };
    }

    private static Response truth(int status, String name, boolean value) {
        return JsonAnswer.of(status, json -> {
            json.writeStartObject();
            json.writeBooleanField(name, value);
            json.writeEndObject();
        });
    }

    /** {@code /v2/models/NAME[/versions/VERSION][/ready|/infer|/stats]}, {@code /v2/models/stats}. */
    private void models(Exchange exchange, List<String> path, long start) throws IOException {
        if (path.size() < 3) {
            throw notFound(exchange);
        }
        var name = path.get(2);
        if (name.equals("stats") && path.size() == 3) {
            requireMethod(exchange, "GET");
            exchange.send(models.statistics());
            return;
        }
        boolean versioned = path.size() > 4 && path.get(3).equals("versions");
        var wanted = versioned ? Optional.of(path.get(4)) : Optional.<String>empty();
        var rest = path.subList(versioned ? 5 : 3, path.size());
        if (rest.isEmpty()) {
            requireMethod(exchange, "GET");
            exchange.send(models.metadata(name, wanted));
            return;
        }
        requireLength(exchange, rest, 1);
        switch (rest.getFirst()) {
            case "infer" -> {
                requireMethod(exchange, "POST");
                exchange.model(name);
                withinShare(exchange, () -> {
                    try (var lease = repository.use(name, wanted)) {
                        infer.infer(exchange, lease.model(), start);
                    }
                });
            }
            case "ready" -> {
                requireMethod(exchange, "GET");
                exchange.send(models.ready(name, wanted));
            }
            case "stats" -> {
                requireMethod(exchange, "GET");
                exchange.send(models.statistics(name, wanted));
            }
            default -> throw notFound(exchange);
        }
    }

    /** {@code /v2/repository/index}, {@code /v2/repository/models/NAME/load|unload}. */
    private Response repository(Exchange exchange, List<String> path) {
        if (path.size() == 3 && path.get(2).equals("index")) {
            return models.index();
        }
        if (path.size() == 5 && path.get(2).equals("models")) {
            switch (path.get(4)) {
                case "load" -> {
                    return models.load(path.get(3));
                }
                case "unload" -> {
                    return models.unload(path.get(3));
                }
                default -> { }
            }
        }
        throw notFound(exchange);
    }

    private void predict(Exchange exchange, List<String> path, long start) throws IOException {
        if (path.size() > 2) {
            throw notFound(exchange);
        }
        var name = path.size() == 2 ? path.get(1) : repository.onlyName().orElseThrow(() -> new HttpException(404,
            "this server has several models; name one: /predict/" + String.join(" or /predict/", models.names())));
        exchange.model(name);
        withinShare(exchange, () -> {
            try (var lease = repository.use(name, Optional.empty())) {
                predict.predict(exchange, lease.model(), start);
            }
        });
    }

    /** The work of answering a request. */
    private interface Work {
        void run() throws IOException;
    }

    private void withinShare(Exchange exchange, Work work) throws IOException {
        if (shares.isEmpty()) {
            work.run();
            return;
        }
        try (var _ = shares.get().take(exchange.client())) {
            work.run();
        }
    }

    private static void requireMethod(Exchange exchange, String method) {
        var given = exchange.head().method();
        if (!given.equals(method) && !(given.equals("HEAD") && method.equals("GET"))) {
            throw new HttpException(405, exchange.head().path() + " takes " + method);
        }
    }

    private static void requireLength(Exchange exchange, List<String> path, int length) {
        if (path.size() != length) {
            throw notFound(exchange);
        }
    }

    private static HttpException notFound(Exchange exchange) {
        var path = exchange.head().path();
        return new HttpException(404, "there is nothing at "
            + (path.length() <= 100 ? path : path.substring(0, 100) + "…"));
    }

    @Override
    public Response failure(int status, String message) {
        var response = JsonAnswer.error(status, message);
        return switch (status) {
            case 401 -> response.with("WWW-Authenticate: Bearer");
            case 429, 503 -> response.with("Retry-After: 1");
            default -> response;
        };
    }

    @Override
    public void done(Exchange exchange, long nanos) {
        var model = exchange.model();
        // A name that no model has is a client's word, and must not become a metric.
        if (!model.isEmpty() && repository.knows(model)) {
            repository.metrics(model).request(exchange.status(), nanos);
        }
        log.request(exchange, nanos);
        var event = new RequestEvent();
        if (event.shouldCommit()) {
            event.id = exchange.id();
            event.model = model;
            event.status = exchange.status();
            event.nanos = nanos;
            event.commit();
        }
    }
}
