package dev.gpux.engine;

import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.PipelineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Takes what a run gave apart, item by item. Where items of different length were padded, the axes of the outputs that
 * the model declares with the name of the padded axis ({@code [batch, sequence, 384]}) are cut to the item's own length.
 */
final class Outcomes {
    private final ModelSignature model;
    private final boolean hasSteps;

    /** @param hasSteps whether steps before the model make a batch of what one item gives */
    Outcomes(ModelSignature model, boolean hasSteps) {
        this.model = model;
        this.hasSteps = hasSteps;
    }

    List<Outcome> of(Batch batch) {
        var outcomes = new ArrayList<Outcome>();
        for (int item = 0; item < batch.size(); item++) {
            var answers = new LinkedHashMap<String, Answer>();
            for (var output : batch.outputs().entrySet()) {
                answers.put(output.getKey(), new Answer.Numbers(part(batch, output.getKey(), output.getValue(), item)));
            }
            for (var answer : batch.answers().entrySet()) {
                answers.put(answer.getKey(), answer.getValue().get(item));
            }
            outcomes.add(new Outcome(answers));
        }
        return outcomes;
    }

    /** One item's part of an output: what a step made has one row an item; what the model gave for one item is it. */
    private Value part(Batch batch, String name, Value value, int item) {
        boolean ofModel = model.outputs().stream().map(ValueInfo::name).anyMatch(name::equals);
        boolean alone = batch.size() == 1 && (ofModel || !hasSteps);
        int first = batch.firstRow(item);
        int rows = batch.rows(item);
        if (value instanceof Tensor tensor && tensor.shape().rank() > 0 && tensor.shape().size(0) == batch.rows()) {
            var part = alone ? tensor : Stacking.rows(batch.arena(), tensor, first, rows, ofModel || rows > 1);
            return ofModel && part.elementType().bits() >= Byte.SIZE ? unpadded(batch, name, part, item) : part;
        }
        if (alone) {
            return value;
        }
        if (value instanceof SequenceValue sequence && sequence.elements().size() == batch.rows()) {
            return SequenceValue.of(batch.arena(), sequence.elements().subList(first, first + rows));
        }
        throw new PipelineException("output '" + name + "' has no row for each of the " + batch.rows()
            + " inputs; run them one by one");
    }

    private Tensor unpadded(Batch batch, String name, Tensor part, int item) {
        var result = part;
        for (var padded : batch.padded().entrySet()) {
            var how = padded.getValue();
            var symbol = model.input(padded.getKey()).flatMap(type -> symbol(type, how.axis()));
            var type = model.output(name);
            if (symbol.isEmpty() || type.isEmpty() || type.get().dimensions().size() != result.shape().rank()) {
                continue;
            }
            int longest = 0;
            for (int row = 0; row < batch.rows(item); row++) {
                longest = Math.max(longest, how.lengths()[batch.firstRow(item) + row]);
            }
            for (int axis = 1; axis < result.shape().rank(); axis++) {
                if (symbol(type.get(), axis).equals(symbol) && longest < result.shape().size(axis)) {
                    result = Stacking.cut(batch.arena(), result, axis,
                        how.atFront() ? result.shape().size(axis) - longest : 0, longest);
                }
            }
        }
        return result;
    }

    private static Optional<String> symbol(TensorType type, int axis) {
        return axis < type.dimensions().size() ? type.dimensions().get(axis).symbol() : Optional.empty();
    }
}
