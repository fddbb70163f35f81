package dev.gpux.server.route;

import dev.gpux.ort.AllocatorStatistics;
import dev.gpux.server.http.Response;
import dev.gpux.server.memory.MemoryPool;
import dev.gpux.server.metrics.Histogram;
import dev.gpux.server.metrics.ModelMetrics;
import dev.gpux.server.metrics.Outcome;
import dev.gpux.server.metrics.PrometheusText;
import dev.gpux.server.model.Repository;
import dev.gpux.server.model.Repository.Listed;
import dev.gpux.server.model.State;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

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
        arenas(text, models);
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
            listed -> listed.state() == State.READY ? 1 : 0);
        gauge(text, models, "gpux_requests_in_flight", "Requests under way.",
            listed -> listed.served().map(model -> model.inFlight()).orElse(0));
        gauge(text, models, "gpux_requests_waiting", "Requests that wait for a worker.",
            listed -> listed.served().map(model -> model.waiting()).orElse(0));
        gauge(text, models, "gpux_workers", "Runs that may go on at once.",
            listed -> listed.served().map(model -> model.workers()).orElse(0));
        gauge(text, models, "gpux_model_bytes", "The size of the model's files.",
            listed -> listed.served().map(model -> model.fileBytes()).orElse(0L));
    }

    private static void gauge(PrometheusText text, List<Listed> models, String metric, String help,
                              ToDoubleFunction<Listed> value) {
        text.metric(metric, "gauge", help);
        for (var listed : models) {
            text.sample(metric, value.applyAsDouble(listed), "model", listed.name(), "version", listed.version());
        }
    }

    /** An arena of a model, and what ORT says of it. */
    private record Arena(Listed listed, String memory, AllocatorStatistics statistics) { }

    /** What ORT says of its own memory; nothing before 1.23. */
    private static void arenas(PrometheusText text, List<Listed> models) {
        var all = new ArrayList<Arena>();
        for (var listed : models) {
            listed.served().ifPresent(model -> model.arenas().forEach((memory, statistics) ->
                all.add(new Arena(listed, memory, statistics))));
        }
        arena(text, all, "gpux_arena_in_use_bytes", "gauge", "Of ORT's arena, by model and memory: what is allocated.",
            AllocatorStatistics::inUse);
        arena(text, all, "gpux_arena_peak_bytes", "gauge", "The most that was allocated at once.",
            AllocatorStatistics::maxInUse);
        arena(text, all, "gpux_arena_reserved_bytes", "gauge", "What it took from the system, in use or not.",
            AllocatorStatistics::reserved);
        arena(text, all, "gpux_arena_allocations_total", "counter", "How often something was allocated.",
            AllocatorStatistics::allocations);
        arena(text, all, "gpux_arena_extensions_total", "counter", "How often it grew.", AllocatorStatistics::extensions);
    }

    private static void arena(PrometheusText text, List<Arena> arenas, String metric, String type, String help,
                              ToLongFunction<AllocatorStatistics> value) {
        text.metric(metric, type, help);
        for (var arena : arenas) {
            text.sample(metric, value.applyAsLong(arena.statistics()), "model", arena.listed().name(), "version",
                arena.listed().version(), "memory", arena.memory());
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
