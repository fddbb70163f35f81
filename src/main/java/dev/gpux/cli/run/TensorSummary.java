package dev.gpux.cli.run;

import dev.gpux.cli.common.Decimals;
import dev.gpux.cli.common.Elements;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor in a few words.
 *
 * @param values the first values
 * @param details more lines for a large tensor: statistics, and its curve
 */
record TensorSummary(String values, List<String> details) {
    static final int MOST_VALUES = 8;
    private static final int CURVE = 64;
    private static final String LEVELS = "▁▂▃▄▅▆▇█";

    static TensorSummary of(Tensor tensor) {
        long count = tensor.shape().elements();
        var shown = new ArrayList<String>();
        for (long i = 0; i < Math.min(count, MOST_VALUES); i++) {
            shown.add(Elements.text(tensor, i));
        }
        var values = String.join("  ", shown) + (count > MOST_VALUES ? "  …" : "");
        return new TensorSummary(values, count > MOST_VALUES && tensor.elementType().isFloat()
            ? statistics(tensor, count) : List.of());
    }

    /** {@code {0: 0.98, 1: 0.02}}. */
    static String of(MapValue map) {
        long count = map.keys().shape().elements();
        var entries = new ArrayList<String>();
        for (long i = 0; i < Math.min(count, 2 * MOST_VALUES); i++) {
            entries.add(Elements.text(map.keys(), i) + ": " + Elements.text(map.values(), i));
        }
        return "{" + String.join(", ", entries) + (count > entries.size() ? ", …" : "") + "}";
    }

    private static List<String> statistics(Tensor tensor, long count) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double squares = 0;
        for (long i = 0; i < count; i++) {
            double value = Elements.number(tensor, i);
            min = Math.min(min, value);
            max = Math.max(max, value);
            sum += value;
            squares += value * value;
        }
        var words = "min " + Decimals.fourDigits(min) + ", max " + Decimals.fourDigits(max) + ", mean "
            + Decimals.fourDigits(sum / count) + ", length " + Decimals.fourDigits(Math.sqrt(squares));
        return tensor.shape().rank() == 1 && max > min ? List.of(words, curve(tensor, count)) : List.of(words);
    }

    /** The values from left to right, the mean of several a column, from the smallest column to the largest. */
    private static String curve(Tensor tensor, long count) {
        var columns = new double[(int) Math.min(count, CURVE)];
        for (int column = 0; column < columns.length; column++) {
            long from = count * column / columns.length;
            long to = count * (column + 1) / columns.length;
            for (long i = from; i < to; i++) {
                columns[column] += Elements.number(tensor, i) / (to - from);
            }
        }
        double min = Arrays.stream(columns).min().orElse(0);
        double max = Arrays.stream(columns).max().orElse(0);
        var curve = new StringBuilder();
        for (double column : columns) {
            double level = max > min ? (column - min) / (max - min) : 0;
            curve.append(LEVELS.charAt((int) Math.min(LEVELS.length() - 1, level * LEVELS.length())));
        }
        return curve.toString();
    }
}
