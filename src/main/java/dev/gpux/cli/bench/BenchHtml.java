package dev.gpux.cli.bench;

import dev.gpux.cli.common.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A benchmark as one page that needs nothing else: tables, sentences, and plots as SVG. */
final class BenchHtml {
    private static final String STYLE = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
        table{border-collapse:collapse;margin:1em 0}td,th{padding:.2em .8em;text-align:right;border-bottom:1px solid #ddd}
        td:first-child,th:first-child{text-align:left}.bad{color:#b00020}svg{max-width:100%;height:auto}
        svg text{font:12px system-ui,sans-serif;fill:#444}
        @media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}svg text{fill:#bbb}
        td,th{border-color:#444}}
        """;

    private BenchHtml() { }

    static void write(Path file, BenchReport report) throws IOException {
        Files.writeString(file, page(report));
    }

    private static String page(BenchReport report) {
        var html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
            .append(escape(report.model())).append("</title><style>").append(STYLE)
            .append("</style></head><body>\n<h1>").append(escape(report.model())).append("</h1>\n<p>ONNX Runtime ")
            .append(escape(report.ort())).append(", ").append(escape(report.machine())).append("</p>\n<ul>\n");
        for (var start : report.starts()) {
            html.append("<li>").append(escape(start.provider())).append(": load ")
                .append(Quantity.show(start.load())).append(", first run ").append(Quantity.show(start.firstRun()))
                .append(", warm-up ").append(start.warmUp().runs()).append(" runs</li>\n");
        }
        html.append("</ul>\n<table>\n");
        row(html, "th", BenchPrinter.header());
        report.cases().forEach(measured -> row(html, "td", BenchPrinter.row(measured)));
        html.append("</table>\n");
        report.remarks().forEach(remark -> html.append("<p>").append(escape(remark)).append("</p>\n"));
        for (var check : report.checks()) {
            html.append(check.failed() ? "<p class=\"bad\">" : "<p>").append(escape(check.condition().text()))
                .append(check.failed() ? ": so it is (" : ": no (").append(escape(check.measured().what().toString()))
                .append(")</p>\n");
        }
        html.append("<h2>Latency by percentile</h2>\n").append(BenchPlots.latencies(report.cases()));
        if (report.cases().size() > 1) {
            html.append("<h2>Inputs a second</h2>\n").append(BenchPlots.throughput(report.cases()));
        }
        return html.append("</body></html>\n").toString();
    }

    private static void row(StringBuilder html, String cell, List<String> cells) {
        html.append("<tr>");
        cells.forEach(text -> html.append('<').append(cell).append('>').append(escape(text)).append("</").append(cell)
            .append('>'));
        html.append("</tr>\n");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
