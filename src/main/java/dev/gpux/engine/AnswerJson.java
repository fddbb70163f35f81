package dev.gpux.engine;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.pipeline.Answer;
import dev.gpux.tensorio.JsonTensors;
import java.io.IOException;
import java.lang.foreign.ValueLayout;

/**
 * Answers as JSON, the same wherever GPUX gives them.
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><td>numbers</td><td>{@code {"dtype": "float32", "shape": [2], "data": [0.1, 0.9]}}; sequences and maps as
 *     {@link dev.gpux.tensorio} has them</td></tr>
 * <tr><td>text</td><td>{@code "text"}</td></tr>
 * <tr><td>labels</td><td>{@code [{"label": "cat", "index": 3, "score": 0.98}]}, best first</td></tr>
 * <tr><td>similarities</td><td>{@code {"texts": ["a", "b"], "scores": [[1.0, 0.6], [0.6, 1.0]]}}</td></tr>
 * <tr><td>many</td><td>a list of the answers</td></tr>
 * </table>
 */
public final class AnswerJson {
    private AnswerJson() { }

    /** Writes one answer. */
    public static void write(JsonGenerator json, Answer answer) throws IOException {
        switch (answer) {
            case Answer.Numbers(var value) -> JsonTensors.write(json, value);
            case Answer.Text(var text) -> json.writeString(text);
            case Answer.Labels labels -> labels(json, labels);
            case Answer.Similarities similarities -> similarities(json, similarities);
            case Answer.Many(var answers) -> {
                json.writeStartArray();
                for (var one : answers) {
                    write(json, one);
                }
                json.writeEndArray();
            }
        }
    }

    private static void labels(JsonGenerator json, Answer.Labels labels) throws IOException {
        json.writeStartArray();
        for (var score : labels.scores()) {
            json.writeStartObject();
            json.writeStringField("label", score.label());
            json.writeNumberField("index", score.index());
            json.writeNumberField("score", score.score());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void similarities(JsonGenerator json, Answer.Similarities similarities) throws IOException {
        int count = similarities.texts().size();
        json.writeStartObject();
        json.writeArrayFieldStart("texts");
        for (var text : similarities.texts()) {
            json.writeString(text);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("scores");
        for (int i = 0; i < count; i++) {
            json.writeStartArray();
            for (int j = 0; j < count; j++) {
                json.writeNumber(similarities.scores().segment().getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * count + j));
            }
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
