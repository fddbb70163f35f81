package dev.gpux.onnx;

import java.util.List;

/**
 * A tensor that is mostly zero ({@code SparseTensorProto}).
 *
 * @param values the elements that are not zero, shape [NNZ]; its name is the name of the sparse tensor
 * @param indices {@code int64}, shape [NNZ] (linear) or [NNZ, rank], ascending
 * @param dims the shape of the whole tensor
 */
public record SparseTensor(Tensor values, Tensor indices, List<Long> dims) {
    /** Copies the list. */
    public SparseTensor {
        dims = List.copyOf(dims);
    }

    /** The name, which ONNX keeps in the values. */
    public String name() {
        return values.name();
    }
}
