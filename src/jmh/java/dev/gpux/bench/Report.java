package dev.gpux.bench;

import static dev.gpux.bench.Caller.C;
import static dev.gpux.bench.Caller.GPUX;
import static dev.gpux.bench.Caller.WRAPPER;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The results as a table for people and as JSON. */
record Report(Results results, String machine) {

    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("benchmark.md"), markdown());
        json(folder.resolve("benchmark.json"));
    }

    String markdown() {
        var text = new StringBuilder(machine).append("\n\n")
            .append("| workload | way | threads | C, ns | GPUX, ns | GPUX / C | official wrapper, ns | GPUX / wrapper "
                + "| GPUX, B/op | wrapper, B/op |\n")
            .append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        for (var series : results.series()) {
            text.append("| ").append(series.workload().title()).append(" | ").append(series.way().label())
                .append(" | ").append(series.threads())
                .append(" | ").append(time(series, C)).append(" | ").append(time(series, GPUX))
                .append(" | ").append(ratio(series, C))
                .append(" | ").append(time(series, WRAPPER)).append(" | ").append(ratio(series, WRAPPER))
                .append(" | ").append(bytes(series, GPUX)).append(" | ").append(bytes(series, WRAPPER))
                .append(" |\n");
        }
        text.append("\n| target | goal | measured | holds |\n| --- | --- | ---: | --- |\n");
        Target.all().forEach(target -> text.append(target.row(results)));
        return text.toString();
    }

    private String time(Series series, Caller caller) {
        if (!results.has(series, caller)) {
            return "";
        }
        var times = results.times(series, caller);
        return String.format(Locale.ROOT, "%,.0f (%,.0f)", Numbers.min(times), Numbers.median(times));
    }

    private String ratio(Series series, Caller to) {
        if (!results.has(series, GPUX) || !results.has(series, to)) {
            return "";
        }
        return String.format(Locale.ROOT, "%.3f", results.ratio(series, GPUX, series, to));
    }

    private String bytes(Series series, Caller caller) {
        return results.has(series, caller) ? String.format(Locale.ROOT, "%,.0f", results.bytes(series, caller)) : "";
    }

    private void json(Path file) throws IOException {
        try (var json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)
            .useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("machine", machine);
            json.writeArrayFieldStart("series");
            for (var series : results.series()) {
                json.writeStartObject();
                json.writeStringField("workload", series.workload().title());
                json.writeStringField("way", series.way().label());
                json.writeNumberField("threads", series.threads());
                for (var caller : Caller.values()) {
                    if (results.has(series, caller)) {
                        var times = results.times(series, caller);
                        json.writeObjectFieldStart(caller.title());
                        json.writeNumberField("ns_per_op", Numbers.min(times));
                        json.writeNumberField("ns_per_op_median", Numbers.median(times));
                        json.writeFieldName("ns_per_op_by_round");
                        json.writeArray(times, 0, times.length);
                        json.writeNumberField("bytes_per_op", results.bytes(series, caller));
                        json.writeEndObject();
                    }
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }
}
