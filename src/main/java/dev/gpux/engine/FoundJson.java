package dev.gpux.engine;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.image.Picture;
import dev.gpux.pipeline.image.PngWriter;
import dev.gpux.pipeline.image.Quad;
import java.io.IOException;
import java.util.List;

/** What was found and read in a picture, as JSON. */
final class FoundJson {
    private FoundJson() { }

    static void reading(JsonGenerator json, Answer.Reading reading) throws IOException {
        json.writeStartObject();
        json.writeStringField("text", reading.text());
        json.writeNumberField("score", reading.score());
        json.writeEndObject();
    }

    static void boxes(JsonGenerator json, List<Answer.Boxes.Box> boxes) throws IOException {
        json.writeStartArray();
        for (var box : boxes) {
            json.writeStartObject();
            json.writeStringField("label", box.label());
            json.writeNumberField("index", box.index());
            json.writeNumberField("score", box.score());
            place(json, box.corners());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void parts(JsonGenerator json, List<Answer.Parts.Part> parts) throws IOException {
        json.writeStartArray();
        for (var part : parts) {
            json.writeStartObject();
            json.writeNumberField("score", part.box().score());
            place(json, part.box().corners());
            for (var answer : part.answers().entrySet()) {
                json.writeFieldName(answer.getKey());
                AnswerJson.write(json, answer.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void picture(JsonGenerator json, Picture picture) throws IOException {
        json.writeStartObject();
        json.writeNumberField("width", picture.width());
        json.writeNumberField("height", picture.height());
        json.writeBinaryField("png", PngWriter.write(picture));
        json.writeEndObject();
    }

    private static void place(JsonGenerator json, Quad corners) throws IOException {
        if (corners.isBox()) {
            json.writeFieldName("box");
            json.writeArray(new double[] {corners.left(), corners.top(), corners.right(), corners.bottom()}, 0, 4);
            return;
        }
        json.writeArrayFieldStart("corners");
        for (var corner : corners.corners()) {
            json.writeArray(new double[] {corner.x(), corner.y()}, 0, 2);
        }
        json.writeEndArray();
    }
}
