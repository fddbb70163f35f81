package dev.gpux.cli.diff;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.optimize.diff.Change;
import dev.gpux.optimize.diff.ModelDiff;
import dev.gpux.optimize.diff.WeightChange;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;

/** What {@code gpux diff --json} prints. */
final class DiffJson {
    private DiffJson() { }

    static void write(JsonGenerator json, ModelDiff diff) throws IOException {
        json.writeStartObject();
        json.writeBooleanField("same", diff.isEmpty());
        changes(json, "format", diff.facts());
        changes(json, "inputs", diff.inputs());
        changes(json, "outputs", diff.outputs());
        json.writeArrayFieldStart("operators");
        for (var operator : diff.operators()) {
            json.writeStartObject();
            json.writeStringField("operator", operator.operator());
            json.writeNumberField("before", operator.before());
            json.writeNumberField("after", operator.after());
            json.writeEndObject();
        }
        json.writeEndArray();
        changes(json, "nodes", diff.nodes());
        json.writeArrayFieldStart("weights");
        for (var weight : diff.weights()) {
            weight(json, weight);
        }
        json.writeEndArray();
        json.writeNumberField("same_weights", diff.sameWeights());
        json.writeEndObject();
    }

    private static void changes(JsonGenerator json, String field, List<Change> changes) throws IOException {
        json.writeArrayFieldStart(field);
        for (var change : changes) {
            json.writeStartObject();
            json.writeStringField("name", change.what());
            sides(json, change.before(), change.after());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** What one model lacks is null there. */
    private static void sides(JsonGenerator json, String before, String after) throws IOException {
        json.writeFieldName("before");
        if (before.isEmpty()) {
            json.writeNull();
        } else {
            json.writeString(before);
        }
        json.writeFieldName("after");
        if (after.isEmpty()) {
            json.writeNull();
        } else {
            json.writeString(after);
        }
    }

    private static void weight(JsonGenerator json, WeightChange weight) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", weight.name());
        sides(json, weight.before(), weight.after());
        number(json, "norm_before", weight.normBefore());
        number(json, "norm_after", weight.normAfter());
        if (weight.difference().isPresent()) {
            var difference = weight.difference().get();
            json.writeObjectFieldStart("difference");
            number(json, "norm", OptionalDouble.of(difference.norm()));
            number(json, "relative", OptionalDouble.of(difference.relative()));
            number(json, "largest", OptionalDouble.of(difference.largest()));
            json.writeNumberField("elements", difference.elements());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** JSON has no word for what is no number. */
    private static void number(JsonGenerator json, String name, OptionalDouble value) throws IOException {
        if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
            json.writeNumberField(name, value.getAsDouble());
        }
    }
}
