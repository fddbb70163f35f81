package dev.gpux.cli.inspect;

import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.TextStream;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OperatorSet;
import dev.gpux.onnx.ValueInfo;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shows an inspection to people. */
final class InspectionPrinter {
    private static final int LABEL = 12;
    private static final int MOST_OPERATORS = 12;
    private static final int MOST_TEXT = 100;

    private final Terminal terminal;
    private final boolean all;

    InspectionPrinter(Terminal terminal, boolean all) {
        this.terminal = terminal;
        this.all = all;
    }

    void print(InspectCommand.Inspection inspection) {
        var gpuxfile = inspection.gpuxfile();
        var summary = inspection.summary();
        line("model", terminal.bold(gpuxfile.name()) + gpuxfile.version().map(version -> " " + version).orElse("")
            + gpuxfile.description().map(text -> ": " + text).orElse(""));
        line("file", inspection.file() + ", " + Quantity.bytes(summary.fileSize()));
        line("format", "ONNX IR " + summary.irVersion() + ", " + summary.opsets().stream()
            .map(InspectionPrinter::opset).collect(Collectors.joining(", ")) + producer(summary));
        values("inputs", summary.inputs());
        values("outputs", summary.outputs());
        line("parameters", String.format(Locale.ROOT, "%,d in %,d initialisers, %s", summary.parameters(),
            summary.initializers(), Quantity.bytes(summary.weightBytes())));
        list("", summary.weights().stream().map(total -> String.format(Locale.ROOT, "%s: %,d tensors, %s",
            total.type(), total.tensors(), Quantity.bytes(total.bytes()))).toList());
        list("external", summary.externalFiles().stream().map(external -> external.location() + ": "
            + external.tensors() + " tensors, " + Quantity.bytes(external.bytes())).toList());
        line("memory", memory(inspection.memory()));
        operators(summary);
        list("metadata", summary.metadata().stream().map(property -> property.key() + ": "
            + shorten(property.value())).toList());
        var findings = inspection.check().findings();
        list("findings", findings.isEmpty() ? List.of("none") : findings.stream().map(Object::toString).toList());
        inspection.load().ifPresent(text -> line("runtime", text));
        inspection.where().ifPresent(report -> {
            line("runs on", report.summary());
            if (all) {
                list("", report.details());
            }
        });
    }

    private static String memory(MemoryEstimate memory) {
        return "at least " + Quantity.bytes(memory.weights() + memory.values()) + ": the weights, and "
            + Quantity.bytes(memory.values()) + " of values at a time with open dimensions as 1"
            + (memory.unknown() == 0 ? "" : String.format(Locale.ROOT, " (%,d of %,d values have no shape in the file)",
                memory.unknown(), memory.total()));
    }

    private static String producer(ModelSummary summary) {
        var words = (summary.producerName() + " " + summary.producerVersion()).strip();
        return words.isEmpty() ? "" : ", by " + words;
    }

    private static String opset(OperatorSet opset) {
        return (opset.domain().isEmpty() ? "ai.onnx" : opset.domain()) + " " + opset.version();
    }

    private void values(String label, List<ValueInfo> values) {
        list(label, values.stream().map(value -> value.name() + ": " + value.type()).toList());
    }

    private void operators(ModelSummary summary) {
        var operators = summary.operators();
        int shown = all ? operators.size() : Math.min(MOST_OPERATORS, operators.size());
        var words = operators.stream().limit(shown).map(operator -> (operator.domain().isEmpty() ? ""
            : operator.domain() + ".") + operator.opType() + " " + operator.count()).collect(Collectors.joining(", "));
        line("operators", String.format(Locale.ROOT, "%,d nodes of %,d kinds: %s%s", summary.nodes(), operators.size(),
            words, shown < operators.size() ? ", … (all with -v)" : ""));
    }

    private String shorten(String text) {
        var oneLine = text.replace('\n', ' ');
        return all || oneLine.length() <= MOST_TEXT ? oneLine : oneLine.substring(0, MOST_TEXT) + "…";
    }

    private void list(String label, List<String> lines) {
        var start = label;
        for (var text : lines) {
            line(start, text);
            start = "";
        }
    }

    private void line(String label, String text) {
        terminal.out().println(terminal.dim(label + " ".repeat(LABEL - label.length()))
            + TextStream.oneLine(text));
    }
}
