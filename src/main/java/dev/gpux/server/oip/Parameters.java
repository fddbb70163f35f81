package dev.gpux.server.oip;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** The {@code parameters} of a request, an input or an output that this server knows; others do not matter to it. */
final class Parameters {
    private static final int MOST_CLASSES = 1000;

    private OptionalLong binaryDataSize = OptionalLong.empty();
    private Optional<Boolean> binaryData = Optional.empty();
    private Optional<Boolean> binaryOutput = Optional.empty();
    private OptionalLong timeout = OptionalLong.empty();
    private int classes;

    static Parameters read(JsonParser parser) throws IOException {
        InferReader.requireObject(parser, "\"parameters\"");
        var parameters = new Parameters();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var key = parser.currentName();
            parser.nextToken();
            switch (key) {
                case "binary_data_size" -> parameters.binaryDataSize = OptionalLong.of(whole(parser, key, Long.MAX_VALUE));
                case "binary_data" -> parameters.binaryData = Optional.of(truth(parser, key));
                case "binary_data_output" -> parameters.binaryOutput = Optional.of(truth(parser, key));
                case "timeout" -> parameters.timeout = OptionalLong.of(whole(parser, key, Long.MAX_VALUE));
                case "classification" -> parameters.classes = (int) whole(parser, key, MOST_CLASSES);
                default -> parser.skipChildren();
            }
        }
        return parameters;
    }

    private static long whole(JsonParser parser, String key, long most) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
            || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER || parser.getLongValue() < 0
            || parser.getLongValue() > most) {
            throw InferReader.bad(parser, "\"" + key + "\" is a whole number from 0 to " + most);
        }
        return parser.getLongValue();
    }

    private static boolean truth(JsonParser parser, String key) throws IOException {
        if (!parser.currentToken().isBoolean()) {
            throw InferReader.bad(parser, "\"" + key + "\" is true or false");
        }
        return parser.getBooleanValue();
    }

    OptionalLong binaryDataSize() {
        return binaryDataSize;
    }

    Optional<Boolean> binaryData() {
        return binaryData;
    }

    Optional<Boolean> binaryOutput() {
        return binaryOutput;
    }

    OptionalLong timeout() {
        return timeout;
    }

    int classes() {
        return classes;
    }
}
