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
 * <tr><td>reading</td><td>{@code {"text": "GPUX", "score": 0.98}}</td></tr>
 * <tr><td>boxes</td><td>{@code [{"label": "cat", "index": 3, "score": 0.98, "box": [left, top, right, bottom]}]}; one that
 *     is not upright has {@code "corners": [[x, y], …]} instead, clockwise from the upper left</td></tr>
 * <tr><td>parts</td><td>{@code [{"score": 0.98, "box": …}]}, with the answers about each by their names</td></tr>
 * <tr><td>image</td><td>{@code {"width": 640, "height": 480, "png": base64}}</td></tr>
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
            case Answer.Reading reading -> FoundJson.reading(json, reading);
            case Answer.Boxes(var boxes) -> FoundJson.boxes(json, boxes);
            case Answer.Parts(var parts) -> FoundJson.parts(json, parts);
            case Answer.Image(var picture) -> FoundJson.picture(json, picture);
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
