package dev.gpux.pipeline.step.output;

import dev.gpux.ort.MapValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Answer.Labels.Score;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.number.Elements;
import dev.gpux.ort.ElementType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Makes labels of scores: those of at least {@code min}, best first, {@code most} of them.
 *
 * @param name what the step is called
 * @param output what it reads: a tensor whose last axis is the classes, or a map, or a sequence of maps
 * @param as the answer
 */
record LabelStep(String name, String output, String as, Labels labels, int most, double min) implements Postprocessor {
    private static final Comparator<Score> BEST_FIRST =
        Comparator.comparingDouble(Score::score).reversed().thenComparingInt(Score::index);

    @Override
    public Set<String> reads() {
        return Set.of(output);
    }

    @Override
    public Set<String> makes() {
        return Set.of(as);
    }

    @Override
    public void apply(Batch batch) {
        var rows = rows(batch);
        var answers = new ArrayList<Answer>();
        // One item may be as many rows as the model gave, one of several must have those that it took.
        if (batch.size() > 1 && rows.size() != batch.rows()) {
            throw new PipelineException(name + ": '" + output + "' has " + rows.size() + " rows for " + batch.rows()
                + " inputs; run them one by one");
        }
        for (int item = 0; item < batch.size(); item++) {
            int first = batch.firstRow(item);
            int count = batch.size() == 1 ? rows.size() : batch.rows(item);
            answers.add(count == 1 ? rows.get(first) : new Answer.Many(rows.subList(first, first + count)));
        }
        batch.consume(output);
        batch.answer(as, answers);
    }

    private List<Answer> rows(Batch batch) {
        var value = batch.outputs().get(output);
        return switch (value) {
            case Tensor _ -> rows(OutputName.tensor(batch, output, name));
            case MapValue map -> List.of(best(map));
            case SequenceValue sequence -> sequence.elements().stream().<Answer>map(element -> {
                if (element instanceof MapValue map) {
                    return best(map);
                }
                throw new PipelineException(name + " reads scores; '" + output + "' is a sequence of " + element);
            }).toList();
            case null, default -> throw new PipelineException(name + " reads scores; '" + output + "' is "
                + (value == null ? "missing" : "none"));
        };
    }

    private List<Answer> rows(Tensor tensor) {
        int classes = Math.toIntExact(tensor.shape().size(tensor.shape().rank() - 1));
        if (!labels.names().isEmpty() && labels.names().size() != classes) {
            throw new PipelineException(name + ": there are " + labels.names().size() + " labels, and '" + output + "' is "
                + tensor);
        }
        var rows = new ArrayList<Answer>();
        for (long first = 0; first < tensor.shape().elements(); first += classes) {
            var scores = new ArrayList<Score>(classes);
            for (int i = 0; i < classes; i++) {
                scores.add(new Score(labels.name(i), i,
                    Elements.get(tensor.segment(), tensor.elementType(), first + i)));
            }
            rows.add(best(scores));
        }
        return rows;
    }

    private Answer best(MapValue map) {
        if (!Elements.are(map.values().elementType())) {
            throw new PipelineException(name + " reads scores; '" + output + "' is " + map);
        }
        var keys = map.keys();
        boolean words = keys.elementType() == ElementType.STRING;
        var scores = new ArrayList<Score>();
        for (int i = 0; i < keys.shape().elements(); i++) {
            int index = words ? i : Math.toIntExact(Elements.whole(keys.segment(), keys.elementType(), i));
            var label = words ? keys.strings().get(i)
                : index >= 0 && index < labels.names().size() ? labels.name(index) : Integer.toString(index);
            scores.add(new Score(label, index, Elements.get(map.values().segment(), map.values().elementType(), i)));
        }
        return best(scores);
    }

    private Answer best(List<Score> scores) {
        return new Answer.Labels(scores.stream().filter(score -> score.score() >= min).sorted(BEST_FIRST).limit(most)
            .toList());
    }
}
