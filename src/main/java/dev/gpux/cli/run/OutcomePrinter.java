package dev.gpux.cli.run;

import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.TextStream;
import dev.gpux.engine.Outcome;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.pipeline.Answer;
import java.util.Locale;

/** Shows outcomes to people: a line or a few for each output. */
final class OutcomePrinter {
    private static final int BAR = 24;

    private final Terminal terminal;

    OutcomePrinter(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(Outcome outcome) {
        int width = outcome.answers().keySet().stream().mapToInt(name -> TextStream.oneLine(name).length()).max()
            .orElse(0);
        outcome.answers().forEach((given, answer) -> {
            var name = TextStream.oneLine(given);
            var label = terminal.bold(name) + " ".repeat(width - name.length()) + "  ";
            // What most models answer goes without a pattern switch, whose linking costs a start milliseconds.
            if (answer instanceof Answer.Numbers(Tensor tensor)) {
                tensor(label, " ".repeat(width + 2), tensor);
            } else {
                answer(label, " ".repeat(width + 2), answer);
            }
        });
    }

    private void answer(String label, String indent, Answer answer) {
        switch (answer) {
            case Answer.Numbers(var value) -> numbers(label, indent, value);
            case Answer.Text(var text) -> terminal.out().println(label + text);
            case Answer.Labels labels -> labels(label, indent, labels);
            case Answer.Reading reading -> new FoundPrinter(terminal).reading(label, reading);
            case Answer.Boxes(var boxes) -> new FoundPrinter(terminal).boxes(label, indent, boxes);
            case Answer.Parts(var parts) -> new FoundPrinter(terminal).parts(label, indent, parts);
            case Answer.Image image -> new FoundPrinter(terminal).picture(label, image);
            case Answer.Similarities similarities -> {
                var start = label;
                for (var line : SimilarityTable.lines(similarities)) {
                    terminal.out().println(start + line);
                    start = indent;
                }
            }
            case Answer.Many(var answers) -> {
                int digits = Integer.toString(answers.size()).length();
                for (int i = 0; i < answers.size(); i++) {
                    var number = String.format(Locale.ROOT, "%" + digits + "d  ", i + 1);
                    answer((i == 0 ? label : indent) + terminal.dim(number), indent + " ".repeat(digits + 2), answers.get(i));
                }
            }
        }
    }

    private void numbers(String label, String indent, Value value) {
        switch (value) {
            case Tensor tensor -> tensor(label, indent, tensor);
            case SequenceValue sequence -> {
                terminal.out().println(label + terminal.dim("sequence of " + sequence.elements().size()));
                int shown = Math.min(sequence.elements().size(), TensorSummary.MOST_VALUES);
                for (int i = 0; i < shown; i++) {
                    numbers(indent + i + ": ", indent + "   ", sequence.elements().get(i));
                }
                if (shown < sequence.elements().size()) {
                    terminal.out().println(indent + "…");
                }
            }
            case MapValue map -> terminal.out().println(label + TextStream.oneLine(TensorSummary.of(map)));
            case OptionalValue _ -> terminal.out().println(label + terminal.dim("nothing"));
        }
    }

    private void tensor(String label, String indent, Tensor tensor) {
        var summary = TensorSummary.of(tensor);
        terminal.out().println(label + terminal.dim(tensor.toString()) + "  " + summary.values());
        summary.details().forEach(line -> terminal.out().println(indent + terminal.dim(line)));
    }

    private void labels(String first, String indent, Answer.Labels labels) {
        if (labels.scores().isEmpty()) {
            terminal.out().println(first + terminal.dim("none"));
        }
        int width = labels.scores().stream().mapToInt(score -> TextStream.oneLine(score.label()).length()).max()
            .orElse(0);
        var start = first;
        for (var score : labels.scores()) {
            var name = TextStream.oneLine(score.label());
            int full = (int) Math.round(Math.clamp(score.score(), 0, 1) * BAR);
            terminal.out().println(start + name + " ".repeat(width - name.length())
                + String.format(Locale.ROOT, "  %7.4f  ", score.score()) + "█".repeat(full));
            start = indent;
        }
    }
}
