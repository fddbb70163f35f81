package dev.gpux.onnx;

import java.util.List;
import java.util.Optional;

/** Checks declared types for {@link ModelCheck}. */
final class TypeCheck {
    private final Findings findings;

    /** How bad a wrong type is: that of an input is, that of a value in between is only a hint. */
    @FunctionalInterface
    private interface Report {
        void add(String rule, Place place, String message);
    }

    TypeCheck(Findings findings) {
        this.findings = findings;
    }

    /** Checks an input or output; those of inner graphs may leave their type open. */
    void boundary(ValueInfo value, Place place, boolean mayBeOpen) {
        if (value.type() instanceof ValueType.UnknownType) {
            if (!mayBeOpen) {
                findings.error("type-missing", place, "it has no type");
            }
        } else {
            check(value.type(), place, findings::error);
        }
    }

    /** Checks the declared type of a value in between, which is only a hint. */
    void declared(ValueInfo value, Place place) {
        if (!(value.type() instanceof ValueType.UnknownType)) {
            check(value.type(), place, findings::warning);
        }
    }

    /** Checks a type in an attribute. */
    void check(ValueType type, Place place) {
        check(type, place, findings::error);
    }

    private void check(ValueType type, Place place, Report report) {
        // First and by itself: linking a pattern switch costs a start milliseconds, and most types are tensors.
        if (type instanceof ValueType.TensorType(int element, var shape, _)) {
            tensor(element, shape, place, report);
            return;
        }
        switch (type) {
            case ValueType.TensorType _ -> { }
            case ValueType.SparseTensorType(int element, var shape, _) -> tensor(element, shape, place, report);
            case ValueType.SequenceType(var element, _) -> check(element, place, report);
            case ValueType.OptionalType(var element, _) -> check(element, place, report);
            case ValueType.MapType(int key, var value, _) -> {
                element(key, place, report);
                check(value, place, report);
            }
            case ValueType.OpaqueType _ -> { }
            case ValueType.UnknownType _ -> report.add("type-missing", place, "a part of its type is not given");
        }
    }

    private void tensor(int elementType, Optional<List<Dim>> shape, Place place, Report report) {
        element(elementType, place, report);
        for (var dim : shape.orElse(List.of())) {
            if (dim instanceof Dim.Fixed(long size, _) && size < 0) {
                findings.warning("shape", place, "dimension " + size
                    + " is negative; a size that is not known has a name or is left out");
            }
        }
    }

    private static void element(int elementType, Place place, Report report) {
        if (OnnxDataType.of(elementType).isEmpty()) {
            report.add("type-unknown", place, "element type " + elementType + " is not one of ONNX's");
        }
    }
}
