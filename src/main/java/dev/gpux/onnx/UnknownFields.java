package dev.gpux.onnx;

import java.util.List;

/**
 * The fields of a message that this package has no name for (newer ones, training information, sharding, …), kept as
 * they are encoded, so that writing a model back loses nothing.
 *
 * @param records encoded fields, tags included, in the order of the file
 */
public record UnknownFields(List<Bytes> records) {
    /** No such fields. */
    public static final UnknownFields NONE = new UnknownFields(List.of());

    /** Whether one of them has this number. */
    boolean has(int field) {
        for (var record : records) {
            var reader = ProtoReader.of(Span.of(record.segment()), "unknown fields");
            if (reader.next() && reader.field() == field) {
                return true;
            }
        }
        return false;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return records.isEmpty();
    }
}
