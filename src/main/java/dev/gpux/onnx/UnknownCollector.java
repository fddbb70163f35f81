package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;

/** Gathers {@link UnknownFields} while a message is read. */
final class UnknownCollector {
    private List<Bytes> records = List.of();

    /** Keeps the current field as it is encoded. */
    void keep(ProtoReader reader) {
        if (records.isEmpty()) {
            records = new ArrayList<>();
        }
        reader.countObject();
        records.add(Bytes.view(reader.skipRecord().segment()));
    }

    /** Keeps all fields with a number, of a message that was read already. */
    void keepAll(ProtoReader restarted, int field) {
        while (restarted.next()) {
            if (restarted.field() == field) {
                keep(restarted);
            } else {
                restarted.skip();
            }
        }
    }

    UnknownFields toFields() {
        return records.isEmpty() ? UnknownFields.NONE : new UnknownFields(List.copyOf(records));
    }
}
