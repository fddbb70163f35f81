package dev.gpux.cli.common;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.provider.placement.Placement;
import dev.gpux.provider.placement.ProviderReport;
import dev.gpux.provider.selection.Candidate;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** A provider report as JSON. */
public final class ReportJson {
    private ReportJson() { }

    /** Writes an object. */
    public static void write(JsonGenerator json, ProviderReport report) throws IOException {
        json.writeStartObject();
        json.writeStringField("summary", report.summary());
        candidates(json, report.selection().candidates());
        placement(json, report.placement());
        json.writeArrayFieldStart("notes");
        for (var note : report.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Writes the field {@code candidates}. */
    public static void candidates(JsonGenerator json, List<Candidate> candidates) throws IOException {
        json.writeArrayFieldStart("candidates");
        for (var candidate : candidates) {
            json.writeStartObject();
            json.writeStringField("name", candidate.provider().name());
            json.writeStringField("ort_name", candidate.provider().ortName());
            json.writeBooleanField("compiled", candidate.compiled());
            json.writeBooleanField("appended", candidate.appended());
            json.writeBooleanField("usable", candidate.usable());
            json.writeBooleanField("chosen", candidate.chosen());
            json.writeStringField("reason", candidate.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void placement(JsonGenerator json, Placement placement) throws IOException {
        json.writeStringField("known_from", placement.source().name().toLowerCase(Locale.ROOT));
        json.writeObjectFieldStart("nodes");
        for (var entry : placement.nodesByName().entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("on_cpu");
        for (var fallback : placement.onCpu()) {
            json.writeStartObject();
            json.writeStringField("operator", fallback.operator());
            json.writeNumberField("nodes", fallback.nodes());
            json.writeStringField("reason", fallback.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
        if (placement.copies().isPresent()) {
            json.writeNumberField("copies", placement.copies().getAsInt());
        } else {
            json.writeNullField("copies");
        }
    }
}
