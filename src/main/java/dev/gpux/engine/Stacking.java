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

    /** Row {@code index} of [n, …], in place: as [1, …], or without the batch dimension. */
    static Tensor row(Arena arena, Tensor tensor, int index, boolean keepBatch) {
        var shape = tensor.shape().toArray();
        long bytes = tensor.segment().byteSize() / shape[0];
        shape[0] = 1;
        return Tensor.wrap(arena, tensor.elementType(), tensor.segment().asSlice(index * bytes, bytes),
            keepBatch ? shape : Arrays.copyOfRange(shape, 1, shape.length));
    }
}
