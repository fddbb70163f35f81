package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;

/** Reads {@code TensorProto} and {@code SparseTensorProto}; of the elements it notes only where they are. */
final class TensorReader {
    static final int SEGMENT = 3;
    static final int RAW_DATA = 9;
    private static final int EXTERNAL = 1;
    private static final TensorData NONE = new TensorData.None();

    private final ExternalFiles files;

    TensorReader(ExternalFiles files) {
        this.files = files;
    }

    /** What a tensor's fields say about where the elements are; more than one may claim to have them. */
    private static final class Places {
        private final List<Property> entries = new ArrayList<>();
        private boolean external;
        private Bytes raw = Bytes.EMPTY;
        private boolean hasRaw;
        private int typed;
    }

    Tensor tensor(ProtoReader r) {
        var message = r.rest();
        var name = "";
        var docString = "";
        int dataType = 0;
        var dims = new ArrayList<Long>();
        var metadata = new ArrayList<Property>();
        var unknown = new UnknownCollector();
        var places = new Places();
        while (r.next()) {
            switch (r.field()) {
                case 1 -> dims(r, dims);
                case 2 -> dataType = r.int32("data_type");
                case 4, 5, 6, 7, 10, 11 -> typed(r, places, unknown);
                case 8 -> name = r.string("name");
                case RAW_DATA -> {
                    places.raw = Bytes.view(r.bytes("raw_data").segment());
                    places.hasRaw = true;
                }
                case 12 -> docString = r.string("doc_string");
                case 13 -> places.entries.add(ModelReader.property(r.message("external_data")));
                case 14 -> places.external = r.int32("data_location") == EXTERNAL;
                case 16 -> metadata.add(ModelReader.property(r.message("metadata_props")));
                default -> unknown.keep(r);
            }
        }
        // One place wins; a second one is kept so that nothing is lost, and so that ModelCheck sees the contradiction.
        if (places.external && places.hasRaw) {
            unknown.keepAll(r.restart(message), RAW_DATA);
        }
        if ((places.external || places.hasRaw) && places.typed != 0) {
            unknown.keepAll(r.restart(message), places.typed);
        }
        return new Tensor(name, dataType, dims, data(message, places), docString, metadata, unknown.toFields());
    }

    SparseTensor sparse(ProtoReader r) {
        var values = Tensor.EMPTY;
        var indices = Tensor.EMPTY;
        var dims = new ArrayList<Long>();
        while (r.next()) {
            switch (r.field()) {
                case 1 -> values = tensor(r.message("values"));
                case 2 -> indices = tensor(r.message("indices"));
                case 3 -> dims(r, dims);
                default -> r.skip();
            }
        }
        return new SparseTensor(values, indices, dims);
    }

    /** Skips a typed field; one of a second kind contradicts the first and is kept apart. */
    private static void typed(ProtoReader r, Places places, UnknownCollector unknown) {
        if (places.typed == 0 || places.typed == r.field()) {
            places.typed = r.field();
            r.skip();
        } else {
            unknown.keep(r);
        }
    }

    private TensorData data(Span message, Places places) {
        if (places.external) {
            return new TensorData.External(places.entries, files);
        }
        if (places.hasRaw) {
            return new TensorData.Raw(places.raw);
        }
        return places.typed == 0 ? NONE : new TensorData.Typed(TypedField.of(places.typed), message);
    }

    private static void dims(ProtoReader r, List<Long> dims) {
        if (r.wire() == ProtoReader.VARINT) {
            r.countObject();
            dims.add(r.varint("dims"));
            return;
        }
        var packed = r.packed("dims");
        while (!packed.atEnd()) {
            r.countObject();
            dims.add(packed.rawVarint());
        }
    }
}
