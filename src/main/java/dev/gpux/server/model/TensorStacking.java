package dev.gpux.server.model;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.server.oip.InferRequest;
import dev.gpux.server.oip.Signature;
import dev.gpux.server.oip.TensorData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the tensors of several requests into one, along the first dimension, and takes outputs apart again. Where lengths
 * differ (the second dimension, if the model leaves it open), shorter tensors get zeros up to the bucket's length.
 */
final class TensorStacking {
    private static final int AXIS = 1;

    private final Signature signature;
    private final BatchPolicy policy;
    private final boolean possible;
    /** The rows that batches have, ascending; none where they have as many as come. */
    private final List<Integer> sizes;

    /** The shapes of all inputs without their first dimension, lengths rounded up to buckets. */
    private record Key(List<Shape> rows) { }

    /**
     * @param allTensors whether the model takes and gives nothing but tensors
     * @param recorded whether runs are recorded, each number of rows for itself
     */
    TensorStacking(Signature signature, BatchPolicy policy, boolean allTensors, boolean recorded) {
        this.signature = signature;
        this.policy = policy;
        this.possible = policy.isOn() && allTensors
            && signature.inputs().values().stream().allMatch(TensorStacking::hasBatchDimension)
            && signature.outputs().values().stream().allMatch(TensorStacking::hasBatchDimension);
        this.sizes = possible && recorded ? policy.sizes() : List.of();
    }

    /** The rows that batches have, ascending; none where they have as many as come. */
    List<Integer> sizes() {
        return sizes;
    }

    /** How many rows the model gets for so many. */
    long rows(long asked) {
        for (int size : sizes) {
            if (size >= asked) {
                return size;
            }
        }
        return asked;
    }

    private static boolean hasBatchDimension(TensorType type) {
        return !type.dimensions().isEmpty() && !type.dimensions().getFirst().isFixed()
            && type.elementType() != ElementType.STRING && type.elementType().bits() >= Byte.SIZE;
    }

    /** What a request can share a batch with; empty if with nothing. */
    Optional<Object> key(InferRequest request) {
        if (!possible) {
            return Optional.empty();
        }
        long rows = request.inputs().getFirst().shape().size(0);
        var key = new ArrayList<Shape>(request.inputs().size());
        for (var name : signature.inputs().keySet()) {
            var shape = input(request, name).shape();
            if (shape.size(0) != rows || rows == 0 || rows > policy.maxRows()) {
                return Optional.empty();
            }
            var sizes = shape.toArray();
            sizes[0] = 1;
            if (isVariable(signature.inputs().get(name))) {
                sizes[AXIS] = policy.padded(sizes[AXIS]);
            }
            key.add(Shape.of(sizes));
        }
        return Optional.of(new Key(List.copyOf(key)));
    }

    private static boolean isVariable(TensorType type) {
        return type.dimensions().size() > AXIS && !type.dimensions().get(AXIS).isFixed();
    }

    static TensorData input(InferRequest request, String name) {
        for (var input : request.inputs()) {
            if (input.name().equals(name)) {
                return input;
            }
        }
        throw new IllegalStateException("a request that was checked has no input " + name);
    }

    /**
     * The requests' tensors of one input as one tensor, with rows of zeros behind them where {@link #rows} wants more;
     * how many bytes of it are copies is its size.
     */
    Tensor join(Arena arena, String name, List<InferRequest> requests) {
        long rows = 0;
        long longest = 0;
        boolean differ = false;
        boolean variable = isVariable(signature.inputs().get(name));
        var shape = input(requests.getFirst(), name).shape().toArray();
        for (var request : requests) {
            var own = input(request, name).shape();
            rows += own.size(0);
            if (variable) {
                differ |= own.size(AXIS) != shape[AXIS];
                longest = Math.max(longest, own.size(AXIS));
            }
        }
        shape[0] = rows(rows);
        if (differ) {
            shape[AXIS] = policy.padded(longest);
        }
        var joined = Tensor.allocate(arena, signature.inputs().get(name).elementType(), shape);
        long at = 0;
        for (var request : requests) {
            var part = input(request, name);
            long target = joined.segment().byteSize() / shape[0] * part.shape().size(0);
            pad(part.bytes(), part.elementType().byteSize(part.shape().elements()), part.shape().size(0),
                joined.segment().asSlice(at, target));
            at += target;
        }
        return joined;
    }

    /** Copies rows into longer rows; what is behind each stays as it is, which is zero. */
    private static void pad(MemorySegment from, long bytes, long rows, MemorySegment to) {
        if (bytes == to.byteSize()) {
            MemorySegment.copy(from, 0, to, 0, bytes);
            return;
        }
        for (long row = 0; row < rows; row++) {
            MemorySegment.copy(from, row * (bytes / rows), to, row * (to.byteSize() / rows), bytes / rows);
        }
    }

    /**
     * The part of an output that belongs to rows of one request.
     *
     * @param first the first of the rows
     * @param length the request's own length, if lengths differ in the batch
     * @param padded the length that the model has seen
     */
    Tensor part(Arena arena, String name, Tensor output, long first, long rows, long length, long padded) {
        var shape = output.shape().toArray();
        long rowBytes = output.segment().byteSize() / Math.max(1, shape[0]);
        shape[0] = rows;
        var whole = output.segment().asSlice(first * rowBytes, rows * rowBytes);
        if (length == padded || !isVariable(signature.outputs().get(name)) || shape[AXIS] != padded) {
            return Tensor.wrap(arena, output.elementType(), whole, shape);
        }
        shape[AXIS] = length;
        long kept = rowBytes / padded * length;
        if (rows == 1) {
            return Tensor.wrap(arena, output.elementType(), whole.asSlice(0, kept), shape);
        }
        var cut = Tensor.allocate(arena, output.elementType(), shape);
        for (long row = 0; row < rows; row++) {
            MemorySegment.copy(whole, row * rowBytes, cut.segment(), row * kept, kept);
        }
        return cut;
    }

    /** The length of a request's variable input; 0 if there is none. */
    long length(InferRequest request) {
        for (var input : signature.inputs().entrySet()) {
            if (isVariable(input.getValue())) {
                return input(request, input.getKey()).shape().size(AXIS);
            }
        }
        return 0;
    }

    /** The length that {@link #join} gives requests. */
    long joinedLength(List<InferRequest> requests) {
        long longest = 0;
        long shortest = Long.MAX_VALUE;
        for (var request : requests) {
            longest = Math.max(longest, length(request));
            shortest = Math.min(shortest, length(request));
        }
        return longest == shortest ? longest : policy.padded(longest);
    }
}
