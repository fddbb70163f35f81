package dev.gpux.cli.run;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.cli.argument.InputArguments;
import dev.gpux.cli.argument.InputObject;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.PipelineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** One set of inputs among many. */
public sealed interface Item {
    /** What messages call it: {@code line 7}, {@code pictures/cat.png}. */
    String name();

    /** Writes the field by which people find the answer's question. */
    void identify(JsonGenerator json) throws IOException;

    /**
     * Its inputs.
     *
     * @throws PipelineException or TensorFormatException if it has none that fit
     */
    Map<String, Input> inputs(InputArguments arguments);

    /**
     * A line of NDJSON.
     *
     * @param number the line's number, from 1 on
     * @param json its text
     */
    record Line(long number, String json) implements Item {
        @Override
        public String name() {
            return "line " + number;
        }

        @Override
        public void identify(JsonGenerator json) throws IOException {
            json.writeNumberField("line", number);
        }

        @Override
        public Map<String, Input> inputs(InputArguments arguments) {
            return InputObject.read(json, name(), arguments);
        }
    }

    /**
     * A line that cannot be read.
     *
     * @param number the line's number, from 1 on
     * @param problem why not
     */
    record Unreadable(long number, String problem) implements Item {
        @Override
        public String name() {
            return "line " + number;
        }

        @Override
        public void identify(JsonGenerator json) throws IOException {
            json.writeNumberField("line", number);
        }

        @Override
        public Map<String, Input> inputs(InputArguments arguments) {
            throw new PipelineException(problem);
        }
    }

    /**
     * A file of a folder.
     *
     * @param input the input that it goes into
     * @param file the file
     */
    record InFolder(String input, Path file) implements Item {
        @Override
        public String name() {
            return file.toString();
        }

        @Override
        public void identify(JsonGenerator json) throws IOException {
            json.writeStringField("file", file.toString());
        }

        @Override
        public Map<String, Input> inputs(InputArguments arguments) {
            return Map.of(input, arguments.file(arguments.slot(input), file.toString()));
        }
    }
}
