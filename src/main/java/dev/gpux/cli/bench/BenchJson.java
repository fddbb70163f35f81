package dev.gpux.cli.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.cli.common.ReportJson;
import java.io.IOException;

/** What {@code gpux bench --json} prints; durations in milliseconds. */
final class BenchJson {
    private static final double NANOS_PER_MS = 1e6;

    private BenchJson() { }

    static void write(JsonGenerator json, BenchReport report) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", report.model());
        json.writeStringField("onnxruntime", report.ort());
        json.writeStringField("machine", report.machine());
        json.writeArrayFieldStart("starts");
        for (var start : report.starts()) {
            start(json, start);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("cases");
        for (var measured : report.cases()) {
            measured(json, measured);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("remarks");
        for (var remark : report.remarks()) {
            json.writeString(remark);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("checks");
        for (var check : report.checks()) {
            json.writeStartObject();
            json.writeStringField("fail_if", check.condition().text());
            json.writeStringField("case", check.measured().what().toString());
            json.writeBooleanField("failed", check.failed());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void start(JsonGenerator json, BenchReport.Start start) throws IOException {
        json.writeStartObject();
        json.writeStringField("provider", start.provider());
        json.writeFieldName("providers");
        ReportJson.write(json, start.where());
        json.writeNumberField("load_ms", start.load() / NANOS_PER_MS);
        json.writeNumberField("first_run_ms", start.firstRun() / NANOS_PER_MS);
        json.writeNumberField("warm_up_runs", start.warmUp().runs());
        json.writeNumberField("warm_up_ms", start.warmUp().nanos() / NANOS_PER_MS);
        json.writeBooleanField("stable", start.warmUp().stable());
        json.writeEndObject();
    }

    private static void measured(JsonGenerator json, Measured measured) throws IOException {
        var what = measured.what();
        var latencies = measured.latencies();
        json.writeStartObject();
        json.writeStringField("provider", what.provider());
        json.writeNumberField("concurrency", what.concurrency());
        json.writeNumberField("batch", what.batch());
        if (what.rate().isPresent()) {
            json.writeNumberField("rate", what.rate().getAsDouble());
            json.writeNumberField("missed", measured.missed());
        }
        json.writeNumberField("runs", latencies.count());
        json.writeNumberField("seconds", measured.seconds());
        json.writeNumberField("throughput", measured.throughput());
        json.writeObjectFieldStart("latency_ms");
        json.writeNumberField("mean", latencies.mean() / NANOS_PER_MS);
        if (Double.isFinite(measured.confidence())) {
            json.writeNumberField("mean_ci95", measured.confidence() / NANOS_PER_MS);
        }
        json.writeNumberField("min", latencies.min() / NANOS_PER_MS);
        for (var percent : BenchPrinter.PERCENTILES) {
            json.writeNumberField("p" + BenchPrinter.percent(percent),
                latencies.percentile(percent) / NANOS_PER_MS);
        }
        json.writeNumberField("max", latencies.max() / NANOS_PER_MS);
        json.writeEndObject();
        json.writeNumberField("bytes_per_run", measured.bytesPerRun());
        json.writeNumberField("cores", measured.cores());
        json.writeEndObject();
    }
}
