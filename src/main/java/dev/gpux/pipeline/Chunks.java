package dev.gpux.pipeline;

import dev.gpux.ort.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How an input of the model is cut into chunks, one run each.
 *
 * @param axis the dimension that is cut, counted from 0
 * @param size how many places of it a run gets
 * @param context how many places before them it gets, too; zeros before the first
 * @param last what becomes of a last chunk that is not full
 */
public record Chunks(int axis, int size, int context, Last last) {
    /** What becomes of a last chunk that is not full. */
    public enum Last {
        /** Zeros make it full. */
        PAD,
        /** The model gets it shorter than the others. */
        KEEP,
        /** It is left out. */
        DROP
    }

    /** How many chunks a tensor has. */
    public int count(Tensor tensor) {
        long places = tensor.shape().size(axis);
        return Math.toIntExact(last == Last.DROP ? places / size : Math.ceilDiv(places, size));
    }

    /** A chunk of a tensor, as a copy; its elements must have whole bytes. */
    public Tensor chunk(Arena arena, Tensor tensor, int index) {
        var shape = tensor.shape().toArray();
        long places = shape[axis];
        long first = (long) index * size - context;
        long end = first + context + size;
        long to = Math.min(end, places);
        long from = Math.max(first, 0);
        shape[axis] = (last == Last.KEEP ? to : end) - first;
        var chunk = Tensor.allocate(arena, tensor.elementType(), shape);
        long lines = 1;
        for (int i = 0; i < axis; i++) {
            lines *= shape[i];
        }
        long place = lines * places == 0 ? 0 : tensor.segment().byteSize() / (lines * places);
        for (long line = 0; line < lines; line++) {
            MemorySegment.copy(tensor.segment(), (line * places + from) * place,
                chunk.segment(), (line * shape[axis] + from - first) * place, (to - from) * place);
        }
        return chunk;
    }
}
