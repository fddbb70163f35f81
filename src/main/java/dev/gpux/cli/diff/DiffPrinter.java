package dev.gpux.cli.diff;

import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.TextStream;
import dev.gpux.optimize.diff.Change;
import dev.gpux.optimize.diff.ModelDiff;
import dev.gpux.optimize.diff.WeightChange;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Shows a difference to people. */
final class DiffPrinter {
    private static final int MOST = 12;
    private static final int MOST_TEXT = 100;

    private final Terminal terminal;
    private final boolean all;

    DiffPrinter(Terminal terminal, boolean all) {
        this.terminal = terminal;
        this.all = all;
    }

    void print(ModelDiff diff) {
        if (diff.isEmpty()) {
            terminal.out().println("no difference: the same graph, and " + diff.sameWeights() + " equal weights");
            return;
        }
        section("format", diff.facts(), this::change);
        section("inputs", diff.inputs(), this::change);
        section("outputs", diff.outputs(), this::change);
        section("operators", diff.operators(), operator -> operator.operator() + ": " + operator.before() + " → "
            + operator.after());
        section("nodes", diff.nodes(), this::change);
        section("weights", diff.weights(), DiffPrinter::weight);
        terminal.out().println(diff.sameWeights() + " weights are equal");
    }

    private <T> void section(String title, List<T> changes, Function<T, String> text) {
        if (changes.isEmpty()) {
            return;
        }
        terminal.out().println(terminal.bold(title) + terminal.dim(" (" + changes.size() + ")"));
        int shown = all ? changes.size() : Math.min(MOST, changes.size());
        changes.stream().limit(shown).forEach(change -> terminal.out().println("  "
            + TextStream.oneLine(text.apply(change))));
        if (shown < changes.size()) {
            terminal.out().println(terminal.dim("  … and " + (changes.size() - shown) + " more (all with -v)"));
        }
    }

    private String change(Change change) {
        if (change.isAddition()) {
            return "+ " + change.what() + ": " + shorten(change.after());
        }
        return change.isRemoval() ? "- " + change.what() + ": " + shorten(change.before())
            : "~ " + change.what() + ": " + shorten(change.before()) + " → " + shorten(change.after());
    }

    private String shorten(String text) {
        return all || text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "…";
    }

    private static String weight(WeightChange weight) {
        if (weight.before().isEmpty()) {
            return "+ " + weight.name() + " " + weight.after() + norm(weight.normAfter());
        }
        if (weight.after().isEmpty()) {
            return "- " + weight.name() + " " + weight.before() + norm(weight.normBefore());
        }
        var types = weight.before().equals(weight.after()) ? weight.before()
            : weight.before() + " → " + weight.after();
        return "~ " + weight.name() + " " + types + weight.difference().map(difference -> String.format(Locale.ROOT,
            ", ‖a‖ %.6g, ‖a − b‖ %.6g (relative %.3g), largest %.6g, %,d elements", weight.normBefore().orElse(0),
            difference.norm(), difference.relative(), difference.largest(), difference.elements()))
            .orElseGet(() -> norm(weight.normBefore()) + " →" + norm(weight.normAfter()));
    }

    private static String norm(OptionalDouble norm) {
        return norm.isPresent() ? String.format(Locale.ROOT, ", norm %.6g", norm.getAsDouble()) : "";
    }
}
