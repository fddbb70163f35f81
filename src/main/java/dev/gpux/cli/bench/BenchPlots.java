package dev.gpux.cli.bench;

import dev.gpux.cli.common.Quantity;
import java.util.List;
import java.util.Locale;

/** The plots of a benchmark's page, as SVG. */
final class BenchPlots {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 340;
    private static final int LEFT = 90;
    private static final int RIGHT = 20;
    private static final int TOP = 20;
    private static final int BOTTOM = 40;
    private static final int LINE = 18;
    private static final int BAR = 26;
    private static final int BAR_LABEL = 260;
    private static final int BAR_VALUE = 110;
    private static final String[] COLORS = {"#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"};
    private static final double[] PERCENTS = {0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99};

    private BenchPlots() { }

    /** Latency over the percentile, both so that the tail is seen: 90, 99 and 99.9 % are equally far apart. */
    static String latencies(List<Measured> cases) {
        double low = cases.stream().mapToDouble(measured -> measured.latencies().percentile(PERCENTS[0])).min()
            .orElse(1);
        double high = cases.stream().mapToDouble(measured -> measured.latencies().percentile(
            PERCENTS[PERCENTS.length - 1])).max().orElse(1);
        var scale = new Scale(Math.log10(Math.max(1, low)) - 0.05, Math.log10(Math.max(1, high)) + 0.05);
        var svg = open(HEIGHT + LINE * cases.size());
        for (double percent : PERCENTS) {
            double x = x(percent);
            line(svg, x, TOP, x, HEIGHT - BOTTOM);
            text(svg, x, HEIGHT - BOTTOM + LINE, "middle", BenchPrinter.percent(percent));
        }
        for (double exponent = Math.ceil(scale.low() * 3) / 3; exponent <= scale.high(); exponent += 1.0 / 3) {
            double y = scale.y(exponent);
            line(svg, LEFT, y, WIDTH - RIGHT, y);
            text(svg, LEFT - 8, y + 4, "end", Quantity.show(Math.pow(10, exponent)));
        }
        for (int i = 0; i < cases.size(); i++) {
            var color = COLORS[i % COLORS.length];
            svg.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"").append(color).append("\" points=\"");
            for (double percent : PERCENTS) {
                double nanos = Math.max(1, cases.get(i).latencies().percentile(percent));
                svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(percent), scale.y(Math.log10(nanos))));
            }
            svg.append("\"/>\n");
            int y = HEIGHT + LINE * i;
            svg.append("<rect x=\"").append(LEFT).append("\" y=\"").append(y - 9)
                .append("\" width=\"20\" height=\"4\" fill=\"").append(color).append("\"/>");
            text(svg, LEFT + 28, y, "start", cases.get(i).what().toString());
        }
        return svg.append("</svg>\n").toString();
    }

    private record Scale(double low, double high) {
        double y(double value) {
            return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP);
        }
    }

    private static double x(double percent) {
        double nines = -Math.log10(1 - percent / 100);
        return LEFT + nines / 4 * (WIDTH - LEFT - RIGHT);
    }

    /** A bar for each case. */
    static String throughput(List<Measured> cases) {
        double most = cases.stream().mapToDouble(Measured::throughput).max().orElse(1);
        var svg = open(BAR * cases.size() + TOP);
        for (int i = 0; i < cases.size(); i++) {
            double value = cases.get(i).throughput();
            double width = value / most * (WIDTH - BAR_LABEL - BAR_VALUE);
            int y = BAR * i;
            text(svg, BAR_LABEL - 8, y + LINE, "end", cases.get(i).what().toString());
            svg.append(String.format(Locale.ROOT, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                BAR_LABEL, y + 4, width, BAR - 8, COLORS[0]));
            text(svg, BAR_LABEL + width + 8, y + LINE, "start", String.format(Locale.ROOT, "%,.1f", value));
        }
        return svg.append("</svg>\n").toString();
    }

    private static StringBuilder open(int height) {
        return new StringBuilder(String.format(Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">%n", WIDTH,
            height, WIDTH, height));
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(String.format(Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#8884\"/>%n", x1, y1, x2, y2));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y,
            anchor, BenchHtml.escape(text)));
    }
}
