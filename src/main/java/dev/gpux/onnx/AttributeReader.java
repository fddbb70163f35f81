package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads {@code AttributeProto}, in two passes: the type may come after the value that it explains, and the oldest files
 * have no type, so that the field in use has to tell.
 */
final class AttributeReader {
    /** Name, text, type, reference: what the first pass reads. */
    private static final Set<Integer> HEADER = Set.of(1, 13, 20, 21);

    private final ModelReader models;
    private final TensorReader tensors;

    AttributeReader(ModelReader models, TensorReader tensors) {
        this.models = models;
        this.tensors = tensors;
    }

    Attribute attribute(ProtoReader r) {
        var message = r.rest();
        var name = "";
        var docString = "";
        var reference = "";
        int type = 0;
        Optional<AttributeType> inUse = Optional.empty();
        while (r.next()) {
            switch (r.field()) {
                case 1 -> name = r.string("name");
                case 13 -> docString = r.string("doc_string");
                case 20 -> type = r.int32("type");
                case 21 -> reference = r.string("ref_attr_name");
                default -> {
                    inUse = inUse.or(() -> AttributeType.ofField(r.field()));
                    r.skip();
                }
            }
        }
        if (type == 0 && reference.isEmpty()) {
            type = inUse.map(AttributeType::number).orElse(0);
        }
        var known = reference.isEmpty() ? AttributeType.of(type) : Optional.<AttributeType>empty();
        var values = new Values(r.restart(message), known.map(AttributeType::field).orElse(0));
        var value = known.isPresent() ? value(known.get(), message, values) : nothing(reference, type, values);
        return new Attribute(name, value, docString, values.unknown.toFields());
    }

    /** The second pass: visits the fields that hold the value and keeps all others that have no place. */
    private static final class Values {
        private final ProtoReader reader;
        private final int field;
        private final UnknownCollector unknown = new UnknownCollector();

        Values(ProtoReader reader, int field) {
            this.reader = reader;
            this.field = field;
        }

        void forEach(Consumer<ProtoReader> visitor) {
            while (reader.next()) {
                if (reader.field() == field) {
                    visitor.accept(reader);
                } else if (HEADER.contains(reader.field())) {
                    reader.skip();
                } else {
                    unknown.keep(reader);
                }
            }
        }

        <T> List<T> all(Function<ProtoReader, T> read) {
            var values = new ArrayList<T>();
            forEach(r -> values.add(read.apply(r)));
            return values;
        }

        /** A number; absent means 0, and the last one wins, as in all of protobuf. */
        <T> T last(T absent, Function<ProtoReader, T> read) {
            var values = all(read);
            return values.isEmpty() ? absent : values.getLast();
        }

        /** A message; protobuf would merge two, which no writer means. */
        <T> T one(AttributeType type, Function<ProtoReader, T> read) {
            var values = all(read);
            if (values.size() != 1) {
                throw reader.fail("an attribute of type " + type + " has " + values.size() + " values");
            }
            return values.getFirst();
        }
    }

    private AttributeValue value(AttributeType type, Span message, Values values) {
        return switch (type) {
            case FLOAT -> new AttributeValue.FloatValue(values.last(0f, r -> r.float32("f")));
            case INT -> new AttributeValue.IntValue(values.last(0L, r -> r.varint("i")));
            case STRING -> new AttributeValue.StringValue(
                values.last(Bytes.EMPTY, r -> Bytes.view(r.bytes("s").segment())));
            case TENSOR -> new AttributeValue.TensorValue(
                values.one(type, r -> tensors.tensor(r.message("t"))));
            case GRAPH -> new AttributeValue.GraphValue(values.one(type, r -> models.graph(r.message("g"))));
            case SPARSE_TENSOR -> new AttributeValue.SparseTensorValue(
                values.one(type, r -> tensors.sparse(r.message("sparse_tensor"))));
            case TYPE_PROTO -> new AttributeValue.TypeValue(values.one(type, r -> TypeReader.read(r.message("tp"))));
            case TENSORS -> new AttributeValue.TensorsValue(values.all(r -> tensors.tensor(r.message("tensors"))));
            case GRAPHS -> new AttributeValue.GraphsValue(values.all(r -> models.graph(r.message("graphs"))));
            case SPARSE_TENSORS -> new AttributeValue.SparseTensorsValue(
                values.all(r -> tensors.sparse(r.message("sparse_tensors"))));
            case TYPE_PROTOS -> new AttributeValue.TypesValue(
                values.all(r -> TypeReader.read(r.message("type_protos"))));
            case FLOATS, INTS, STRINGS -> list(type, message, values);
        };
    }

    /** A list that stays in the file; it is counted here so that a malformed one is found now and not later. */
    private static AttributeValue list(AttributeType type, Span message, Values values) {
        values.forEach(ProtoReader::skip);
        return switch (type) {
            case FLOATS -> {
                var floats = new AttributeValue.FloatsValue(message);
                floats.count();
                yield floats;
            }
            case INTS -> {
                var ints = new AttributeValue.IntsValue(message);
                ints.count();
                yield ints;
            }
            default -> {
                var strings = new AttributeValue.StringsValue(message);
                strings.count();
                yield strings;
            }
        };
    }

    private static AttributeValue nothing(String reference, int type, Values values) {
        values.forEach(ProtoReader::skip);
        return reference.isEmpty()
            ? new AttributeValue.UnknownValue(type) : new AttributeValue.Reference(reference, type);
    }
}
