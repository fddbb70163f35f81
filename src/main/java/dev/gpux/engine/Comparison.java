package dev.gpux.engine;

import dev.gpux.gpuxfile.GoldenTest;
import dev.gpux.gpuxfile.Value;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Compares what a model gave with what a golden test expects; says in words what differs. */
final class Comparison {
    /** What counts as equal among floating-point numbers where the test does not say. */
    static final double FLOAT_TOLERANCE = 1e-4;

    private final OptionalDouble tolerance;
    private final List<String> differences = new ArrayList<>();

    // Of the numbers that differ, the first is shown; of the others their number and the worst.
    private String first = "";
    private long compared;
    private long wrong;
    private double worst;

    Comparison(OptionalDouble tolerance) {
        this.tolerance = tolerance;
    }

    /** All that differs so far. */
    List<String> differences() {
        return List.copyOf(differences);
    }

    /** Compares one output. */
    void compare(String output, Value expected, Answer actual) {
        switch (actual) {
            case Answer.Numbers(var value) -> {
                compare(output, expected, value);
                endOfNumbers();
            }
            case Answer.Text(var text) -> {
                if (!(expected instanceof Value.Scalar scalar) || !scalar.text().equals(text)) {
                    differs(output, expected, '"' + text + '"');
                }
            }
            case Answer.Labels(var scores) -> labels(output, expected, scores);
            case Answer.Similarities similarities -> {
                compare(output, expected, similarities.scores());
                endOfNumbers();
            }
            case Answer.Many(var answers) -> many(output, expected, answers);
            case Answer.Reading reading -> new FoundComparison(this).reading(output, expected, reading);
            case Answer.Boxes(var boxes) -> new FoundComparison(this).boxes(output, expected, boxes);
            case Answer.Parts(var parts) -> new FoundComparison(this).parts(output, expected, parts);
            case Answer.Image _ -> differences.add(output + ": tests cannot compare pictures");
        }
    }

    private void many(String output, Value expected, List<Answer> answers) {
        if (!(expected instanceof Value.Sequence list)) {
            differs(output, expected, answers.size() + " answers");
        } else if (fits(output, list, answers.size())) {
            for (int i = 0; i < length(list); i++) {
                compare(output + "[" + i + "]", list.items().get(i), answers.get(i));
            }
        }
    }

    void differs(String where, Value expected, String actual) {
        differences.add(where + ": " + actual + ", expected " + expected.describe());
    }

    private void compare(String where, Value expected, dev.gpux.ort.Value actual) {
        switch (actual) {
            case Tensor tensor -> tensor(where, expected, tensor);
            case SequenceValue sequence -> sequence(where, expected, sequence);
            case MapValue map -> map(where, expected, map);
            case OptionalValue _ -> {
                if (!(expected instanceof Value.Null)) {
                    differs(where, expected, "nothing");
                }
            }
        }
    }

    private void tensor(String where, Value expected, Tensor tensor) {
        switch (expected) {
            case Value.Scalar scalar when tensor.shape().elements() == 1 -> element(where, scalar, tensor, 0);
            case Value.Sequence list when isFlat(list) -> row(where, list, tensor, 0, tensor.shape().elements());
            case Value.Sequence list -> rows(where, list, tensor, 0, 0);
            default -> differs(where, expected, tensor.toString());
        }
    }

    /** A flat list is compared row-major, whatever the shape is. */
    private static boolean isFlat(Value.Sequence list) {
        return list.items().stream().allMatch(Value.Scalar.class::isInstance);
    }

    private void rows(String where, Value.Sequence list, Tensor tensor, int axis, long offset) {
        if (axis >= tensor.shape().rank()) {
            differs(where, list, tensor + " is not nested so deep");
            return;
        }
        long stride = elementsBelow(tensor.shape(), axis);
        if (axis == tensor.shape().rank() - 1) {
            row(where, list, tensor, offset, tensor.shape().size(axis));
            return;
        }
        if (!fits(where, list, tensor.shape().size(axis))) {
            return;
        }
        for (int i = 0; i < length(list); i++) {
            var place = where + "[" + i + "]";
            if (list.items().get(i) instanceof Value.Sequence inner) {
                rows(place, inner, tensor, axis + 1, offset + i * stride);
            } else {
                differs(place, list.items().get(i), "a row of " + stride + " elements");
            }
        }
    }

    private static long elementsBelow(Shape shape, int axis) {
        long elements = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            elements *= shape.size(i);
        }
        return elements;
    }

    private void row(String where, Value.Sequence list, Tensor tensor, long offset, long elements) {
        if (!fits(where, list, elements)) {
            return;
        }
        for (int i = 0; i < length(list); i++) {
            if (list.items().get(i) instanceof Value.Scalar scalar) {
                element(where + "[" + i + "]", scalar, tensor, offset + i);
            } else {
                differs(where + "[" + i + "]", list.items().get(i), Difference.text(tensor, offset + i));
            }
        }
    }

    private static boolean isOpen(Value.Sequence list) {
        return !list.items().isEmpty() && list.items().getLast() instanceof Value.Text text
            && text.text().equals(GoldenTest.AND_SO_ON);
    }

    /** How many items of a list are compared. */
    static int length(Value.Sequence list) {
        return list.items().size() - (isOpen(list) ? 1 : 0);
    }

    boolean fits(String where, Value.Sequence list, long elements) {
        int length = length(list);
        if (isOpen(list) ? length <= elements : length == elements) {
            return true;
        }
        differences.add(where + ": there are " + elements + " elements, expected "
            + (isOpen(list) ? "at least " : "") + length
            + (length < elements ? "; end the list with ... to compare its beginning" : ""));
        return false;
    }

    private void element(String where, Value.Scalar expected, Tensor tensor, long index) {
        double difference = Difference.of(expected, tensor, index);
        double allowed = tolerance.orElse(tensor.elementType().isFloat() ? FLOAT_TOLERANCE : 0);
        compared++;
        if (difference <= allowed) {
            return;
        }
        if (wrong++ == 0) {
            first = where + ": " + Difference.text(tensor, index) + ", expected "
                + (expected instanceof Value.Text ? expected.describe() : expected.text())
                + (allowed > 0 ? " ± " + plain(allowed) : "");
        }
        worst = Math.max(worst, difference);
    }

    private void endOfNumbers() {
        if (wrong > 0) {
            differences.add(first + (wrong == 1 ? "" : String.format(Locale.ROOT, " (%d of %d differ%s)", wrong, compared,
                Double.isInfinite(worst) ? "" : ", at most by " + plain(worst))));
        }
        wrong = 0;
        compared = 0;
        worst = 0;
    }

    private static String plain(double number) {
        return String.format(Locale.ROOT, "%.3g", number);
    }

    private void sequence(String where, Value expected, SequenceValue sequence) {
        if (!(expected instanceof Value.Sequence list)) {
            differs(where, expected, "a sequence of " + sequence.elements().size());
        } else if (fits(where, list, sequence.elements().size())) {
            for (int i = 0; i < length(list); i++) {
                compare(where + "[" + i + "]", list.items().get(i), sequence.elements().get(i));
            }
        }
    }

    /** Keys that the test does not name are not compared. */
    private void map(String where, Value expected, MapValue map) {
        if (!(expected instanceof Value.Mapping(var entries, var _, var _))) {
            differs(where, expected, "a map");
            return;
        }
        entries.forEach((key, value) -> {
            var place = where + "[" + key + "]";
            for (long i = 0; i < map.keys().shape().elements(); i++) {
                var name = Difference.text(map.keys(), i);
                if (name.equals(key) || name.equals('"' + key + '"')) {
                    if (value instanceof Value.Scalar scalar) {
                        element(place, scalar, map.values(), i);
                    } else {
                        differs(place, value, Difference.text(map.values(), i));
                    }
                    return;
                }
            }
            differs(place, value, "there is no such key");
        });
    }

    /** A text is the best label, a list the best ones in order, a map some labels with their scores. */
    private void labels(String where, Value expected, List<Answer.Labels.Score> scores) {
        switch (expected) {
            case Value.Scalar label -> {
                if (scores.isEmpty() || !scores.getFirst().label().equals(label.text())) {
                    differs(where, label, scores.isEmpty() ? "nothing" : '"' + scores.getFirst().label() + '"');
                }
            }
            case Value.Sequence list -> {
                if (fits(where, list, scores.size())) {
                    for (int i = 0; i < length(list); i++) {
                        labels(where + "[" + i + "]", list.items().get(i), List.of(scores.get(i)));
                    }
                }
            }
            case Value.Mapping map -> map.entries().forEach((label, score) -> score(where, label, score, scores));
            case Value.Null nothing -> differs(where, nothing, scores.size() + " labels");
        }
    }

    private void score(String where, String label, Value expected, List<Answer.Labels.Score> scores) {
        var place = where + "[" + label + "]";
        var found = scores.stream().filter(score -> score.label().equals(label)).findFirst();
        if (found.isEmpty()) {
            differs(place, expected, "the label is not among the best");
        } else {
            number(place, expected, found.get().score());
        }
    }

    /** Compares a number by itself. */
    void number(String where, Value expected, double actual) {
        if (!(Difference.of(number(expected), actual) <= tolerance.orElse(FLOAT_TOLERANCE))) {
            differs(where, expected, String.valueOf(actual));
        }
    }

    /** NaN for what is no number. */
    static double number(Value value) {
        return switch (value) {
            case Value.Whole whole -> whole.value().doubleValue();
            case Value.Real real -> real.value();
            default -> Double.NaN;
        };
    }
}
