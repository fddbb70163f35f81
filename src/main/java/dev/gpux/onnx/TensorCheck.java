package dev.gpux.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;

/** Checks constant tensors for {@link ModelCheck}: the type, the shape, and whether the data have the right size. */
final class TensorCheck {
    private static final ValueLayout.OfLong INT64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Findings findings;

    TensorCheck(Findings findings) {
        this.findings = findings;
    }

    void check(Tensor tensor, Place place) {
        ambiguity(tensor, place);
        var type = tensor.type();
        if (type.isEmpty()) {
            findings.error("type-unknown", place, "element type " + tensor.dataType() + " is not one of ONNX's");
            return;
        }
        var count = tensor.elementCount();
        boolean text = type.get() == OnnxDataType.STRING;
        if (count.isEmpty() || !text && tensor.byteSize().isEmpty()) {
            findings.error("weight-shape", place, "shape " + Names.show(tensor.dims().toString()) + " is not possible");
            return;
        }
        try {
            size(tensor, type.get(), place);
        } catch (OnnxFormatException e) {
            findings.error("weight-size", place, e.getMessage());
        }
    }

    private void size(Tensor tensor, OnnxDataType type, Place place) {
        long elements = tensor.elementCount().orElseThrow();
        switch (tensor.data()) {
            case TensorData.Raw(var bytes) -> {
                if (type == OnnxDataType.STRING) {
                    findings.error("weight-size", place, "strings must be in string_data, not in raw_data");
                } else {
                    expect(tensor.byteSize().orElseThrow(), bytes.size(), "bytes in raw_data", place);
                }
            }
            case TensorData.Typed typed -> {
                if (type.typedField() != typed.field()) {
                    findings.error("weight-size", place, "its elements are in " + typed.field().label()
                        + " and should be in " + type.typedField().label());
                } else {
                    expect(TensorElements.entries(type, elements).orElse(-1), typed.count(),
                        "entries in " + typed.field().label(), place);
                }
            }
            case TensorData.External external -> external(tensor, external, place);
            case TensorData.None _ -> expect(elements, 0, "elements", place);
        }
    }

    private void external(Tensor tensor, TensorData.External external, Place place) {
        var keys = new HashSet<String>();
        for (var entry : external.entries()) {
            if (!keys.add(entry.key())) {
                findings.error("external-data", place, "two values for " + Names.quote(entry.key())
                    + " of its external data");
            }
        }
        if (tensor.dataType() == OnnxDataType.STRING.number()) {
            findings.error("external-data", place, "strings cannot be external data");
        } else if (external.files() == ExternalFiles.NOWHERE) {
            findings.note("external-data", place, "its external data cannot be checked, the model has no folder");
        } else {
            // Maps the file at most; no byte of it is read.
            try {
                tensor.bytes();
            } catch (OnnxFormatException e) {
                findings.error("external-data", place, e.getMessage());
            }
        }
    }

    private void expect(long wanted, long has, String what, Place place) {
        if (wanted != has) {
            findings.error("weight-size", place, "it has " + has + " " + what + ", its shape needs " + wanted);
        }
    }

    /** A tensor with its elements in two places looks different to different readers. */
    private void ambiguity(Tensor tensor, Place place) {
        for (var field : TypedField.values()) {
            if (tensor.unknown().has(field.number())) {
                findings.error("weight-ambiguous", place, "it has elements in " + field.label() + " and elsewhere");
            }
        }
        if (tensor.unknown().has(TensorReader.RAW_DATA)) {
            findings.error("weight-ambiguous", place, "it has elements in raw_data and elsewhere");
        }
        if (tensor.unknown().has(TensorReader.SEGMENT)) {
            findings.error("weight-segment", place, "it is a segment of a larger tensor, which nothing supports");
        }
    }

    void check(SparseTensor sparse, Place place) {
        check(sparse.values(), place.in("values", ""));
        check(sparse.indices(), place.in("indices", ""));
        var total = new Tensor("", sparse.values().dataType(), sparse.dims(), new TensorData.None(), "", List.of(),
            UnknownFields.NONE).elementCount();
        var values = sparse.values().dims();
        var indices = sparse.indices().dims();
        if (total.isEmpty()) {
            findings.error("weight-shape", place, "shape " + Names.show(sparse.dims().toString()) + " is not possible");
        } else if (values.size() != 1 || sparse.indices().dataType() != OnnxDataType.INT64.number()
            || !indices.equals(values) && !indices.equals(List.of(values.getFirst(), (long) sparse.dims().size()))) {
            findings.error("sparse-shape", place, "values " + Names.show(values.toString()) + " and indices "
                + Names.show(indices.toString()) + " of type "
                + OnnxDataType.labelOf(sparse.indices().dataType()) + "; expected [NNZ] and int64 [NNZ] or [NNZ,"
                + sparse.dims().size() + "]");
        } else {
            try {
                indices(sparse, sparse.indices().bytes(), total, place);
            } catch (OnnxFormatException e) {
                // Its size is wrong, which was found above.
            }
        }
    }

    /** Indices outside the tensor would let a careless reader write outside its memory. */
    private void indices(SparseTensor sparse, MemorySegment indices, OptionalLong total, Place place) {
        boolean linear = sparse.indices().dims().size() == 1;
        int rank = sparse.dims().size();
        long count = indices.byteSize() / Long.BYTES;
        for (long i = 0; i < count; i++) {
            long index = indices.get(INT64, i * Long.BYTES);
            long limit = linear ? total.orElseThrow() : sparse.dims().get((int) (i % rank));
            if (index < 0 || index >= limit) {
                findings.error("sparse-index", place, "index " + index + " is not in [0," + limit + ")");
                return;
            }
        }
    }
}
