package dev.gpux.onnx;

import java.util.List;

/**
 * A value and its declared type ({@code ValueInfoProto}): an input, an output, or something in between.
 *
 * @param name the value's name
 * @param type its type; {@link ValueType#UNKNOWN} where the file says nothing
 * @param docString a text for people
 * @param metadata further facts
 * @param unknown fields without a name here
 */
public record ValueInfo(String name, ValueType type, String docString, List<Property> metadata,
                        UnknownFields unknown) {
    /** Copies the list. */
    public ValueInfo {
        metadata = List.copyOf(metadata);
    }

    /** A value with a type and nothing else. */
    public static ValueInfo of(String name, ValueType type) {
        return new ValueInfo(name, type, "", List.of(), UnknownFields.NONE);
    }

    /** The same value with another type. */
    public ValueInfo withType(ValueType newType) {
        return new ValueInfo(name, newType, docString, metadata, unknown);
    }

    @Override
    public String toString() {
        return name + ": " + type;
    }
}
