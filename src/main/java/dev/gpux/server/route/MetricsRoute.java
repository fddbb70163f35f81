package dev.gpux.server.route;

import dev.gpux.server.http.Response;
import dev.gpux.server.memory.MemoryPool;
import dev.gpux.server.metrics.Histogram;
import dev.gpux.server.metrics.ModelMetrics;
import dev.gpux.server.metrics.Outcome;
import dev.gpux.server.metrics.PrometheusText;
import dev.gpux.server.model.Repository;
import dev.gpux.server.model.Repository.Listed;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/** {@code GET /metrics}. */
final class MetricsRoute {
    private static final double MILLIS = 1e3;

    private final Repository repository;
    private final MemoryPool pool;
    private final IntSupplier connections;

    MetricsRoute(Repository repository, MemoryPool pool, IntSupplier connections) {
        this.repository = repository;
        this.pool = pool;
        this.connections = connections;
    }

    Response metrics() {
        var text = new PrometheusText();
        var models = repository.list();
        var names = models.stream().map(Listed::name).distinct().toList();
        text.metric("gpux_requests_total", "counter", "Requests by model and outcome.");
        for (var name : names) {
            for (var outcome : Outcome.values()) {
                text.sample("gpux_requests_total", repository.metrics(name).requests(outcome), "model", name,
                    "outcome", outcome.label());
            }
        }
        histogram(text, names, "gpux_request_seconds", "From a request's first byte to its answer's last.",
            ModelMetrics::total);
        histogram(text, names, "gpux_queue_seconds", "Waiting for a worker.", ModelMetrics::queue);
        histogram(text, names, "gpux_preprocess_seconds", "Steps before the model, and making batches.",
            ModelMetrics::preprocess);
        histogram(text, names, "gpux_run_seconds", "The model.", ModelMetrics::run);
        histogram(text, names, "gpux_postprocess_seconds", "Steps behind the model, and writing answers.",
            ModelMetrics::postprocess);
        histogram(text, names, "gpux_batch_size", "Requests that met in a run.", ModelMetrics::batch);
        counters(text, names);
        gauges(text, models);
        process(text);
        return Response.text(200, PrometheusText.CONTENT_TYPE, text.toString());
    }

    private void histogram(PrometheusText text, List<String> names, String metric, String help,
                           Function<ModelMetrics, Histogram> histogram) {
        text.metric(metric, "histogram", help);
        for (var name : names) {
            text.histogram(metric, histogram.apply(repository.metrics(name)), "model", name);
        }
    }

    private void counters(PrometheusText text, List<String> names) {
        text.metric("gpux_terminated_runs_total", "counter", "Runs ended because nobody wanted their answer.");
        for (var name : names) {
            text.sample("gpux_terminated_runs_total", repository.metrics(name).terminatedRuns(), "model", name);
        }
        text.metric("gpux_copied_bytes_total", "counter", "Bytes of tensors copied to make batches.");
        for (var name : names) {
            text.sample("gpux_copied_bytes_total", repository.metrics(name).copiedBytes(), "model", name);
        }
    }

    private static void gauges(PrometheusText text, List<Listed> models) {
        gauge(text, models, "gpux_model_ready", "Whether the model answers.",
            listed -> listed.served().isPresent() ? 1 : 0);
        gauge(text, models, "gpux_requests_in_flight", "Requests under way.",
            listed -> listed.served().map(model -> model.inFlight()).orElse(0));
        gauge(text, models, "gpux_requests_waiting", "Requests that wait for a worker.",
            listed -> listed.served().map(model -> model.waiting()).orElse(0));
        gauge(text, models, "gpux_workers", "Runs that may go on at once.",
            listed -> listed.served().map(model -> model.workers()).orElse(0));
    }

    private static void gauge(PrometheusText text, List<Listed> models, String metric, String help,
                              ToDoubleFunction<Listed> value) {
        text.metric(metric, "gauge", help);
        for (var listed : models) {
            text.sample(metric, value.applyAsDouble(listed), "model", listed.name(), "version", listed.version());
        }
    }

    private void process(PrometheusText text) {
        text.metric("gpux_connections", "gauge", "Connections that are open.");
        text.sample("gpux_connections", connections.getAsInt());
        text.metric("gpux_native_bytes", "gauge", "Native memory of requests, by kind.");
        text.sample("gpux_native_bytes", pool.lentBytes(), "kind", "lent");
        text.sample("gpux_native_bytes", pool.keptBytes(), "kind", "kept");
        var memory = ManagementFactory.getMemoryMXBean();
        text.metric("gpux_heap_bytes", "gauge", "The Java heap in use.");
        text.sample("gpux_heap_bytes", memory.getHeapMemoryUsage().getUsed());
        text.metric("gpux_threads", "gauge", "Platform threads.");
        text.sample("gpux_threads", ManagementFactory.getThreadMXBean().getThreadCount());
        text.metric("gpux_uptime_seconds", "gauge", "Since the process began.");
        text.sample("gpux_uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / MILLIS);
    }
}
