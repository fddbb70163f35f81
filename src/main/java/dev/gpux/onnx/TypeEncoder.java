package dev.gpux.onnx;

import java.util.List;
import java.util.Optional;

/** Encodes {@code TypeProto} and {@code TensorShapeProto}. */
final class TypeEncoder {
    private final ProtoWriter out;

    TypeEncoder(ProtoWriter out) {
        this.out = out;
    }

    void type(ValueType type) {
        switch (type) {
            case ValueType.TensorType(int element, var shape, _) -> out.message(1, () -> tensor(element, shape));
            case ValueType.SequenceType(var element, _) -> out.message(4, () -> out.message(1, () -> type(element)));
            case ValueType.MapType(int key, var value, _) -> out.message(5, () -> {
                out.number(1, key);
                out.message(2, () -> type(value));
            });
            case ValueType.OpaqueType(var domain, var name, _) -> out.message(7, () -> {
                out.text(1, domain);
                out.text(2, name);
            });
            case ValueType.SparseTensorType(int element, var shape, _) -> out.message(8, () -> tensor(element, shape));
            case ValueType.OptionalType(var element, _) -> out.message(9, () -> out.message(1, () -> type(element)));
            case ValueType.UnknownType _ -> { }
        }
        out.text(6, type.denotation());
    }

    private void tensor(int elementType, Optional<List<Dim>> shape) {
        out.number(1, elementType);
        shape.ifPresent(dims -> out.message(2, () -> dims.forEach(dim -> out.message(1, () -> dim(dim)))));
    }

    private void dim(Dim dim) {
        switch (dim) {
            case Dim.Fixed(long size, _) -> out.varintField(1, size);
            case Dim.Symbolic(var name, _) -> out.textField(2, name);
            case Dim.Unknown _ -> { }
        }
        out.text(3, dim.denotation());
    }
}
