package dev.gpux.server.metrics;

import java.util.Locale;

/** Prometheus's text format, version 0.0.4. Belongs to one thread. */
public final class PrometheusText {
    /** The content type of the format. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder(8192);

    /** Begins a metric: its samples come next. */
    public PrometheusText metric(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    /** A sample. */
    public PrometheusText sample(String name, double value, String... labels) {
        text.append(name);
        labels(labels, "", "");
        text.append(' ').append(number(value)).append('\n');
        return this;
    }

    /** The samples of a histogram. */
    public PrometheusText histogram(String name, Histogram histogram, String... labels) {
        long count = 0;
        for (int i = 0; i <= histogram.buckets(); i++) {
            count += histogram.count(i);
            text.append(name).append("_bucket");
            labels(labels, "le", i < histogram.buckets() ? number(histogram.bound(i)) : "+Inf");
            text.append(' ').append(count).append('\n');
        }
        sample(name + "_sum", histogram.sum(), labels);
        return sample(name + "_count", count, labels);
    }

    private void labels(String[] labels, String lastName, String lastValue) {
        if (labels.length == 0 && lastName.isEmpty()) {
            return;
        }
        text.append('{');
        for (int i = 0; i < labels.length; i += 2) {
            label(labels[i], labels[i + 1], i > 0);
        }
        if (!lastName.isEmpty()) {
            label(lastName, lastValue, labels.length > 0);
        }
        text.append('}');
    }

    private void label(String name, String value, boolean comma) {
        text.append(comma ? "," : "").append(name).append("=\"")
            .append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")).append('"');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.9g", value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
