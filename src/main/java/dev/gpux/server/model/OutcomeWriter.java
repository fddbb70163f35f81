package dev.gpux.server.model;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.engine.AnswerJson;
import dev.gpux.engine.Outcome;
import dev.gpux.engine.Timing;
import dev.gpux.server.memory.NativeOutput;
import dev.gpux.tensorio.JsonTensors;
import java.io.IOException;

/** What {@code /predict} answers: as {@code gpux run --json} prints it. */
final class OutcomeWriter {
    private static final double NANOS_PER_MS = 1e6;

    private OutcomeWriter() { }

    /** @param total how long the request took until here, in nanoseconds */
    static void write(NativeOutput out, ServedModel model, Outcome outcome, Timing timing, long total)
            throws IOException {
        try (var json = JsonTensors.factory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeStringField("model", model.name());
            json.writeStringField("version", model.version());
            json.writeStringField("provider", model.engine().provider());
            json.writeObjectFieldStart("outputs");
            for (var answer : outcome.answers().entrySet()) {
                json.writeFieldName(answer.getKey());
                AnswerJson.write(json, answer.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("timing_ms");
            json.writeNumberField("preprocess", timing.preprocess() / NANOS_PER_MS);
            json.writeNumberField("run", timing.run() / NANOS_PER_MS);
            json.writeNumberField("postprocess", timing.postprocess() / NANOS_PER_MS);
            json.writeNumberField("total", total / NANOS_PER_MS);
            json.writeEndObject();
            json.writeEndObject();
        }
    }
}
