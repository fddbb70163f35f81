package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code TypeProto} and {@code TensorShapeProto}. Fields without a name here are not kept. */
final class TypeReader {
    private TypeReader() {
    }

    static ValueType read(ProtoReader r) {
        // The value may come before its denotation, and the last value wins, as everywhere in a protobuf oneof.
        var type = ValueType.UNKNOWN;
        var denotation = "";
        while (r.next()) {
            switch (r.field()) {
                case 1 -> type = tensor(r.message("tensor_type"));
                case 4 -> type = ValueType.sequence(element(r.message("sequence_type")));
                case 5 -> type = map(r.message("map_type"));
                case 6 -> denotation = r.string("denotation");
                case 7 -> type = opaque(r.message("opaque_type"));
                case 8 -> type = sparse(r.message("sparse_tensor_type"));
                case 9 -> type = ValueType.optional(element(r.message("optional_type")));
                default -> r.skip();
            }
        }
        return denotation.isEmpty() ? type : type.withDenotation(denotation);
    }

    private static ValueType.TensorType tensor(ProtoReader r) {
        int elementType = 0;
        Optional<List<Dim>> shape = Optional.empty();
        while (r.next()) {
            switch (r.field()) {
                case 1 -> elementType = r.int32("elem_type");
                case 2 -> shape = Optional.of(shape(r.message("shape")));
                default -> r.skip();
            }
        }
        return new ValueType.TensorType(elementType, shape, "");
    }

    private static ValueType.SparseTensorType sparse(ProtoReader r) {
        var dense = tensor(r);
        return new ValueType.SparseTensorType(dense.elementType(), dense.shape(), "");
    }

    private static ValueType element(ProtoReader r) {
        var element = ValueType.UNKNOWN;
        while (r.next()) {
            if (r.field() == 1) {
                element = read(r.message("elem_type"));
            } else {
                r.skip();
            }
        }
        return element;
    }

    private static ValueType map(ProtoReader r) {
        int key = 0;
        var value = ValueType.UNKNOWN;
        while (r.next()) {
            switch (r.field()) {
                case 1 -> key = r.int32("key_type");
                case 2 -> value = read(r.message("value_type"));
                default -> r.skip();
            }
        }
        return new ValueType.MapType(key, value, "");
    }

    private static ValueType opaque(ProtoReader r) {
        var domain = "";
        var name = "";
        while (r.next()) {
            switch (r.field()) {
                case 1 -> domain = r.string("domain");
                case 2 -> name = r.string("name");
                default -> r.skip();
            }
        }
        return new ValueType.OpaqueType(domain, name, "");
    }

    private static List<Dim> shape(ProtoReader r) {
        var dims = new ArrayList<Dim>();
        while (r.next()) {
            if (r.field() == 1) {
                dims.add(dim(r.message("dim")));
            } else {
                r.skip();
            }
        }
        return List.copyOf(dims);
    }

    private static Dim dim(ProtoReader r) {
        Dim dim = new Dim.Unknown("");
        var denotation = "";
        while (r.next()) {
            switch (r.field()) {
                case 1 -> dim = Dim.of(r.varint("dim_value"));
                case 2 -> dim = new Dim.Symbolic(r.string("dim_param"), "");
                case 3 -> denotation = r.string("denotation");
                default -> r.skip();
            }
        }
        if (denotation.isEmpty()) {
            return dim;
        }
        return switch (dim) {
            case Dim.Fixed(long size, _) -> new Dim.Fixed(size, denotation);
            case Dim.Symbolic(var name, _) -> new Dim.Symbolic(name, denotation);
            case Dim.Unknown _ -> new Dim.Unknown(denotation);
        };
    }
}
