package dev.gpux.cli.argument;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.tensorio.JsonTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/** A JSON object that gives several inputs by name. */
public final class InputObject {
    private InputObject() { }

    public static Map<String, Input> read(String json, String source, InputArguments arguments) {
        try (var parser = JsonTensors.factory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new PipelineException(source + ": expected a JSON object with inputs by name");
            }
            var inputs = new HashMap<String, Input>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                if (inputs.put(name, value(parser, source, name, arguments)) != null) {
                    throw new PipelineException(source + ": input '" + name + "' is there twice");
                }
            }
            if (parser.nextToken() != null) {
                throw new PipelineException(source + ": there is more behind the JSON object");
            }
            return inputs;
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw new PipelineException(source + ": broken JSON at " + (json.contains("\n")
                ? "line " + place.getLineNr() + ", " : "") + "column " + place.getColumnNr() + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new AssertionError("a text is read without input and output", e);
        }
    }

    private static Input value(JsonParser parser, String source, String name, InputArguments arguments)
        throws IOException {
        var slot = arguments.slot(name);
        return switch (slot.type()) {
            case TEXT -> {
                if (slot.list() && parser.currentToken() == JsonToken.START_ARRAY) {
                    yield texts(parser, source, name);
                }
                if (parser.currentToken() != JsonToken.VALUE_STRING) {
                    throw new PipelineException(source + ": input '" + name + "' takes text in quotes");
                }
                yield new Input.Text(parser.getText());
            }
            case IMAGE, AUDIO -> {
                if (parser.currentToken() != JsonToken.VALUE_STRING) {
                    throw new PipelineException(source + ": input '" + name + "' takes the name of a file in quotes");
                }
                yield arguments.file(slot, parser.getText());
            }
            case NUMBER, TENSOR -> arguments.json(slot, parser);
        };
    }

    private static Input texts(JsonParser parser, String source, String name) throws IOException {
        var texts = new ArrayList<Input>();
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
            texts.add(new Input.Text(parser.getText()));
        }
        if (parser.currentToken() != JsonToken.END_ARRAY || texts.isEmpty()) {
            throw new PipelineException(source + ": input '" + name + "' takes text in quotes, or a list of texts");
        }
        return new Input.Several(texts);
    }
}
