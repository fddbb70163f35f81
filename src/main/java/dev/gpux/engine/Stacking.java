package dev.gpux.engine;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.pipeline.PipelineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Several items' tensors as one along the batch dimension, which is the first, and back. */
final class Stacking {
    private Stacking() { }

    /** The items' tensors [n, …] one behind the other. */
    static Tensor join(Arena arena, String name, List<Value> values) {
        long rows = 0;
        var first = tensor(name, values.getFirst());
        for (var value : values) {
            var tensor = tensor(name, value);
            if (tensor.elementType() != first.elementType() || !sameRow(tensor, first)) {
                throw new PipelineException("input '" + name + "': " + tensor + " and " + first
                    + " do not go into one batch; they may differ in the first dimension only");
            }
            rows += tensor.shape().size(0);
        }
        var shape = first.shape().toArray();
        shape[0] = rows;
        var joined = Tensor.allocate(arena, first.elementType(), shape);
        long at = 0;
        for (var value : values) {
            var bytes = ((Tensor) value).segment();
            MemorySegment.copy(bytes, 0, joined.segment(), at, bytes.byteSize());
            at += bytes.byteSize();
        }
        return joined;
    }

    private static Tensor tensor(String name, Value value) {
        if (value instanceof Tensor tensor && tensor.elementType() != ElementType.STRING
            && tensor.elementType().bits() >= 8 && tensor.shape().rank() > 0) {
            return tensor;
        }
        throw new PipelineException("input '" + name + "' cannot be batched: it has no first dimension to join along");
    }

    private static boolean sameRow(Tensor a, Tensor b) {
        var one = a.shape().toArray();
        var other = b.shape().toArray();
        return one.length == other.length
            && Arrays.equals(one, 1, one.length, other, 1, other.length);
    }

    /** Rows of [n, …], in place: as [rows, …], or, of a single one, without the batch dimension. */
    static Tensor rows(Arena arena, Tensor tensor, int first, int rows, boolean keepBatch) {
        var shape = tensor.shape().toArray();
        if (tensor.elementType() == ElementType.STRING) {
            int each = Math.toIntExact(tensor.shape().elements() / shape[0]);
            shape[0] = rows;
            return Tensor.ofStrings(arena, tensor.strings().subList(first * each, (first + rows) * each),
                keepBatch ? shape : Arrays.copyOfRange(shape, 1, shape.length));
        }
        long bytes = tensor.segment().byteSize() / shape[0];
        shape[0] = rows;
        return Tensor.wrap(arena, tensor.elementType(), tensor.segment().asSlice(first * bytes, rows * bytes),
            keepBatch ? shape : Arrays.copyOfRange(shape, 1, shape.length));
    }

    /** A copy of {@code length} places along an axis, from {@code from} on. Elements must have whole bytes. */
    static Tensor cut(Arena arena, Tensor tensor, int axis, long from, long length) {
        var shape = tensor.shape().toArray();
        long lines = 1;
        for (int i = 0; i < axis; i++) {
            lines *= shape[i];
        }
        long line = lines == 0 ? 0 : tensor.segment().byteSize() / lines;
        long place = shape[axis] == 0 ? 0 : line / shape[axis];
        shape[axis] = length;
        var cut = Tensor.allocate(arena, tensor.elementType(), shape);
        for (long i = 0; i < lines; i++) {
            MemorySegment.copy(tensor.segment(), i * line + from * place, cut.segment(), i * length * place,
                length * place);
        }
        return cut;
    }

    /**
     * What several runs gave, one behind the other: along the second dimension where the first is 1, else along the first;
     * numbers without dimensions become a list of them. Elements must have whole bytes.
     */
    static Tensor concatenate(Arena arena, String name, List<Tensor> parts) {
        var first = parts.getFirst().shape();
        int axis = first.rank() >= 2 && first.size(0) == 1 ? 1 : 0;
        var shape = first.rank() == 0 ? new long[] {0} : first.toArray();
        shape[axis] = 0;
        for (var part : parts) {
            var sizes = part.shape().rank() == 0 ? new long[] {1} : part.shape().toArray();
            boolean fits = sizes.length == shape.length;
            for (int i = 0; fits && i < sizes.length; i++) {
                fits = i == axis || sizes[i] == shape[i];
            }
            if (!fits) {
                throw new PipelineException("output '" + name + "' is " + parts.getFirst() + " in one run and " + part
                    + " in another; they do not go together");
            }
            shape[axis] += sizes[axis];
        }
        // All dimensions before the axis have size 1: the parts lie one behind the other.
        var whole = Tensor.allocate(arena, parts.getFirst().elementType(), shape);
        long at = 0;
        for (var part : parts) {
            MemorySegment.copy(part.segment(), 0, whole.segment(), at, part.segment().byteSize());
            at += part.segment().byteSize();
        }
        return whole;
    }
}
