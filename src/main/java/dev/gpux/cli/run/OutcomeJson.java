package dev.gpux.cli.run;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.cli.common.ReportJson;
import dev.gpux.engine.AnswerJson;
import dev.gpux.engine.Model;
import dev.gpux.engine.Outcome;
import dev.gpux.engine.Timing;
import java.io.IOException;

/** What {@code gpux run --json} prints. */
final class OutcomeJson {
    private static final double NANOS_PER_MS = 1e6;

    private OutcomeJson() { }

    static void write(JsonGenerator json, Model model, Outcome outcome, Timing timing, long load) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", model.gpuxfile().name());
        json.writeStringField("provider", model.provider());
        json.writeFieldName("providers");
        ReportJson.write(json, model.report());
        json.writeFieldName("outputs");
        outputs(json, outcome);
        json.writeObjectFieldStart("timing_ms");
        json.writeNumberField("load", load / NANOS_PER_MS);
        json.writeNumberField("preprocess", timing.preprocess() / NANOS_PER_MS);
        json.writeNumberField("run", timing.run() / NANOS_PER_MS);
        json.writeNumberField("postprocess", timing.postprocess() / NANOS_PER_MS);
        json.writeEndObject();
        json.writeEndObject();
    }

    static void outputs(JsonGenerator json, Outcome outcome) throws IOException {
        json.writeStartObject();
        for (var answer : outcome.answers().entrySet()) {
            json.writeFieldName(answer.getKey());
            AnswerJson.write(json, answer.getValue());
        }
        json.writeEndObject();
    }
}
