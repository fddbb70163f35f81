package dev.gpux.engine;

import dev.gpux.gpuxfile.GoldenTest;
import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.gpuxfile.Problems;
import dev.gpux.gpuxfile.Suggestion;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The golden tests of a GPUXfile ({@code tests:}): inputs, and the answers that they must give.
 *
 * <p>A list is compared row-major with a tensor of any shape, or, where it is nested, row by row; one that ends with
 * {@code ...} only up to there. Numbers may differ by {@code tolerance} (absolute); without it, integers must be equal and
 * floating-point numbers within 0.0001. Labels are compared with the best label, a list of the best ones, or a map from
 * labels to scores.
 */
public final class GoldenTests {
    private GoldenTests() { }

    /**
     * Runs all of them, one by one.
     *
     * @return one result for each, in their order
     * @throws GpuxfileException if a test names an input or output that the model has not, or gives an input a wrong value
     */
    public static List<GoldenResult> run(Model model) {
        var results = new ArrayList<GoldenResult>();
        for (var test : model.gpuxfile().tests()) {
            results.add(run(model, test, test.name().orElse("test " + (results.size() + 1))));
        }
        return List.copyOf(results);
    }

    private static GoldenResult run(Model model, GoldenTest test, String name) {
        try (var arena = Arena.ofConfined()) {
            var result = model.run(arena, inputs(model, test, arena));
            var answers = result.outcomes().getFirst().answers();
            var problems = new Problems();
            var comparison = new Comparison(test.tolerance());
            test.expect().forEach((output, expected) -> {
                if (answers.containsKey(output)) {
                    comparison.compare(output, expected, answers.get(output));
                } else {
                    var hint = Suggestion.hint(output, answers.keySet());
                    problems.add(expected.location(), "no output is named \"" + output + "\"",
                        hint.isEmpty() ? "expected " + String.join(", ", answers.keySet()) : hint);
                }
            });
            problems.throwIfAny();
            return new GoldenResult(name, test, comparison.differences(), result.timing());
        }
    }

    /**
     * The inputs of a test; the model's defaults fill in what is missing.
     *
     * @param arena where tensors are made
     * @throws GpuxfileException if a value is not one for its input
     */
    public static Map<String, Input> inputs(Model model, GoldenTest test, Arena arena) {
        return new GivenValues(model.gpuxfile(), model.inputs(), "tests").of(test, arena);
    }
}
