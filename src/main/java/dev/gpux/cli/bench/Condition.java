package dev.gpux.cli.bench;

import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.UsageException;
import dev.gpux.gpuxfile.Suggestion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What must not be, as {@code --fail-if} says it: {@code p99>5ms}, {@code throughput<100}.
 *
 * @param text as it was written
 * @param measure the name of a measure
 * @param operator {@code <}, {@code >}, {@code <=} or {@code >=}
 * @param limit nanoseconds for a duration; else a bare number
 */
record Condition(String text, String measure, String operator, double limit) {
    private static final Map<String, ToDoubleFunction<Measured>> MEASURES = measures();
    private static final String THROUGHPUT = "throughput";
    private static final String ALLOCATION = "bytes_per_run";

    private static Map<String, ToDoubleFunction<Measured>> measures() {
        var measures = new LinkedHashMap<String, ToDoubleFunction<Measured>>();
        for (var percent : new double[] {50, 90, 95, 99, 99.9}) {
            var name = "p" + (percent == Math.rint(percent) ? String.valueOf((int) percent) : String.valueOf(percent));
            measures.put(name, measured -> measured.latencies().percentile(percent));
        }
        measures.put("mean", measured -> measured.latencies().mean());
        measures.put("min", measured -> measured.latencies().min());
        measures.put("max", measured -> measured.latencies().max());
        measures.put("throughput", Measured::throughput);
        measures.put("bytes_per_run", Measured::bytesPerRun);
        return measures;
    }

    /**
     * Reads a condition.
     *
     * @throws UsageException if it is none
     */
    static Condition parse(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) != '<' && text.charAt(at) != '>') {
            at++;
        }
        if (at == text.length()) {
            throw new UsageException("--fail-if takes a condition such as 'p99>5ms' or 'throughput<100', not '" + text
                + "'");
        }
        int end = text.startsWith("=", at + 1) ? at + 2 : at + 1;
        var measure = text.substring(0, at).strip();
        if (!MEASURES.containsKey(measure)) {
            var hint = Suggestion.hint(measure, MEASURES.keySet());
            throw new UsageException("--fail-if knows no '" + measure + "'; " + (hint.isEmpty()
                ? "it knows " + String.join(", ", MEASURES.keySet()) : hint));
        }
        return new Condition(text, measure, text.substring(at, end), limit(measure, text.substring(end)));
    }

    private static double limit(String measure, String text) {
        if (!measure.equals(THROUGHPUT) && !measure.equals(ALLOCATION)) {
            return Quantity.nanos(text, "--fail-if " + measure, 1e6);
        }
        double number = Quantity.number(text);
        if (Double.isNaN(number)) {
            throw new UsageException("--fail-if " + measure + " takes a number, not '" + text.strip() + "'");
        }
        return number;
    }

    /** Whether it is so, which is a failure. */
    boolean holds(Measured measured) {
        double value = value(measured);
        return switch (operator) {
            case "<" -> value < limit;
            case "<=" -> value <= limit;
            case ">" -> value > limit;
            default -> value >= limit;
        };
    }

    double value(Measured measured) {
        return MEASURES.get(measure).applyAsDouble(measured);
    }
}
