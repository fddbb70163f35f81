package dev.gpux.cli.bench;

import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows a benchmark to people. */
final class BenchPrinter {
    static final List<Double> PERCENTILES = List.of(50.0, 90.0, 95.0, 99.0, 99.9);
    private static final int GAP = 2;

    private final Terminal terminal;
    private final boolean verbose;

    /** @param verbose whether to show all that is known of where the nodes run */
    BenchPrinter(Terminal terminal, boolean verbose) {
        this.terminal = terminal;
        this.verbose = verbose;
    }

    /** {@code 50}, {@code 99.9}. */
    static String percent(double percent) {
        return percent == Math.rint(percent) ? String.valueOf((long) percent) : String.valueOf(percent);
    }

    void print(BenchReport report) {
        var out = terminal.out();
        out.println(terminal.bold(report.model()) + "  " + terminal.dim("ONNX Runtime " + report.ort() + ", "
            + report.machine()));
        for (var start : report.starts()) {
            out.println(start.where().summary() + ": load " + Quantity.show(start.load()) + ", first run "
                + Quantity.show(start.firstRun()) + ", warm-up " + start.warmUp().runs() + " runs in "
                + Quantity.show(start.warmUp().nanos()));
            start.where().notes().forEach(note -> out.println("note: " + note));
            if (verbose) {
                start.where().details().forEach(line -> out.println(terminal.dim("  " + line)));
            }
        }
        out.println();
        table(report.cases());
        if (!report.remarks().isEmpty()) {
            out.println();
            report.remarks().forEach(out::println);
        }
        for (var check : report.checks()) {
            var line = check.condition().text() + ": " + (check.failed() ? "so it is" : "no") + " ("
                + check.measured().what() + ")";
            out.println(check.failed() ? terminal.red(line) : line);
        }
    }

    private void table(List<Measured> cases) {
        var rows = new ArrayList<List<String>>();
        rows.add(header());
        cases.forEach(measured -> rows.add(row(measured)));
        int columns = rows.getFirst().size();
        var widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        boolean first = true;
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                var padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + padding : " ".repeat(GAP) + padding + row.get(i));
            }
            terminal.out().println(first ? terminal.dim(line.toString()) : line.toString());
            first = false;
        }
    }

    static List<String> header() {
        var cells = new ArrayList<>(List.of("", "runs", "inputs/s", "mean", "± 95 %"));
        PERCENTILES.forEach(percent -> cells.add("p" + percent(percent)));
        cells.addAll(List.of("max", "heap/run", "cores"));
        return cells;
    }

    static List<String> row(Measured measured) {
        var latencies = measured.latencies();
        var cells = new ArrayList<>(List.of(measured.what().toString(), String.format(Locale.ROOT, "%,d",
            latencies.count()), String.format(Locale.ROOT, "%,.1f", measured.throughput()),
            Quantity.show(latencies.mean()), Quantity.show(measured.confidence())));
        PERCENTILES.forEach(percent -> cells.add(Quantity.show(latencies.percentile(percent))));
        cells.addAll(List.of(Quantity.show(latencies.max()),
            String.format(Locale.ROOT, "%,.0f B", measured.bytesPerRun()),
            String.format(Locale.ROOT, "%.1f", measured.cores())));
        return cells;
    }
}
