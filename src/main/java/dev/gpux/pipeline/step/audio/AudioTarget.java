package dev.gpux.pipeline.step.audio;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.number.Elements;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Where a step's numbers go: an input of the model, in its dtype and with as many leading dimensions of size 1 as it has, or
 * something that the next step reads: float32 with one leading dimension of size 1.
 */
record AudioTarget(String as, ElementType elementType, int rank) {
    /** @param inner how many dimensions the numbers have without leading ones */
    static AudioTarget of(Parameters parameters, ModelSignature model, String step, String input, int inner) {
        var as = parameters.text("as").orElseGet(() -> model.inputs().size() == 1 ? model.inputs().getFirst().name() : input);
        var type = model.input(as);
        type.ifPresent(t -> {
            if (!Elements.are(t.elementType()) || !t.dimensions().isEmpty() && t.dimensions().size() < inner) {
                throw parameters.error("as", step + " makes numbers with " + inner + " or more dimensions; the model's input '"
                    + as + "' is " + t);
            }
        });
        return new AudioTarget(as, type.map(TensorType::elementType).orElse(ElementType.FLOAT32),
            type.map(t -> t.dimensions().size()).filter(rank -> rank > 0).orElse(inner + 1));
    }

    /** The type of what is made of numbers with these dimensions. */
    Map<String, TensorType> types(List<Dimension> inner) {
        var dimensions = new ArrayList<>(Collections.nCopies(rank - inner.size(), Dimension.fixed(1)));
        dimensions.addAll(inner);
        return Map.of(as, new TensorType(elementType, dimensions));
    }

    /** A tensor for an item, to be filled. */
    Tensor put(Batch batch, int item, long... inner) {
        var sizes = new long[rank];
        Arrays.fill(sizes, 1);
        System.arraycopy(inner, 0, sizes, rank - inner.length, inner.length);
        var tensor = Tensor.allocate(batch.arena(), elementType, sizes);
        batch.put(item, as, new Input.Numbers(tensor));
        return tensor;
    }

    void set(MemorySegment data, long index, double value) {
        Elements.set(data, elementType, index, value);
    }
}
