package dev.gpux.server.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.server.http.HttpException;
import dev.gpux.server.http.Response;
import dev.gpux.server.metrics.Histogram;
import dev.gpux.server.metrics.Outcome;
import dev.gpux.server.model.Repository;
import dev.gpux.server.model.Repository.Listed;
import dev.gpux.server.model.State;
import dev.gpux.server.oip.ModelMetadata;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What the server says of its models, and the ways to load and unload them. */
final class ModelRoutes {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Repository repository;
    private final boolean allowLoad;

    ModelRoutes(Repository repository, boolean allowLoad) {
        this.repository = repository;
        this.allowLoad = allowLoad;
    }

    Response metadata(String name, Optional<String> version) {
        try (var lease = repository.use(name, version)) {
            var model = lease.model();
            var versions = repository.list(name).stream().map(Listed::version).toList();
            return JsonAnswer.of(200, json -> ModelMetadata.write(json, name, versions,
                "onnxruntime_onnx", model.signature()));
        }
    }

    /** Of a name, or of one version of it. */
    private List<Listed> versions(String name, Optional<String> version) {
        var versions = repository.list(name).stream()
            .filter(listed -> version.isEmpty() || listed.version().equals(version.get())).toList();
        if (versions.isEmpty()) {
            throw new HttpException(404, "the model '" + name + "' has no such version");
        }
        return versions;
    }

    Response ready(String name, Optional<String> version) {
        boolean ready = versions(name, version).stream().anyMatch(listed -> listed.state() == State.READY);
        return JsonAnswer.of(ready ? 200 : 503, json -> {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeBooleanField("ready", ready);
            json.writeEndObject();
        });
    }

    Response index() {
        return JsonAnswer.of(200, json -> {
            json.writeStartArray();
            for (var listed : repository.list()) {
                json.writeStartObject();
                json.writeStringField("name", listed.name());
                json.writeStringField("version", listed.version());
                json.writeStringField("state", listed.state().name());
                json.writeStringField("reason", listed.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    Response load(String name) {
        requireAllowed();
        try {
            repository.reload(name);
        } catch (HttpException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new HttpException(400, "the model '" + name + "' could not be loaded: " + e.getMessage());
        }
        return JsonAnswer.of(200, ModelRoutes::nothing);
    }

    Response unload(String name) {
        requireAllowed();
        repository.unload(name);
        return JsonAnswer.of(200, ModelRoutes::nothing);
    }

    private void requireAllowed() {
        if (!allowLoad) {
            throw new HttpException(403, "this server does not load and unload models over HTTP; start it with "
                + "--allow-load");
        }
    }

    private static void nothing(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeEndObject();
    }

    /** Of all models. */
    Response statistics() {
        return statistics(repository.list());
    }

    /** Of a name, or of one version of it. */
    Response statistics(String name, Optional<String> version) {
        return statistics(versions(name, version));
    }

    private Response statistics(List<Listed> models) {
        return JsonAnswer.of(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("model_stats");
            for (var listed : models) {
                statistics(json, listed);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private void statistics(JsonGenerator json, Listed listed) throws IOException {
        var metrics = repository.metrics(listed.name());
        json.writeStartObject();
        json.writeStringField("name", listed.name());
        json.writeStringField("version", listed.version());
        json.writeStringField("state", listed.state().name());
        if (listed.served().isPresent()) {
            var model = listed.served().get();
            json.writeStringField("provider", model.engine().provider());
            json.writeNumberField("workers", model.workers());
            json.writeNumberField("in_flight", model.inFlight());
            json.writeNumberField("waiting", model.waiting());
        }
        json.writeNumberField("inference_count", metrics.requests(Outcome.OK));
        json.writeNumberField("execution_count", metrics.run().count());
        json.writeObjectFieldStart("inference_stats");
        duration(json, "success", metrics.total());
        duration(json, "queue", metrics.queue());
        duration(json, "compute_input", metrics.preprocess());
        duration(json, "compute_infer", metrics.run());
        duration(json, "compute_output", metrics.postprocess());
        json.writeEndObject();
        json.writeObjectFieldStart("requests");
        for (var outcome : Outcome.values()) {
            json.writeNumberField(outcome.label(), metrics.requests(outcome));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void duration(JsonGenerator json, String name, Histogram histogram) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("count", histogram.count());
        json.writeNumberField("ns", Math.round(histogram.sum() * NANOS_PER_SECOND));
        json.writeEndObject();
    }

    /** The names of all models, for the server's own metadata. */
    List<String> names() {
        return repository.list().stream().map(Listed::name).distinct().toList();
    }
}
