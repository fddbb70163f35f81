package dev.gpux.cli.bench;

import dev.gpux.cli.common.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Plain sentences about what limits a model, each derived from what was measured. */
final class BenchRemarks {
    private static final double TAIL = 3;
    private static final double GAIN = 1.1;
    private static final double BUSY = 0.85;
    private static final double KEPT_UP = 0.98;

    private final List<String> remarks = new ArrayList<>();

    private BenchRemarks() { }

    static List<String> of(List<BenchReport.Start> starts, List<Measured> cases, int processors) {
        var remarks = new BenchRemarks();
        starts.forEach(remarks::start);
        cases.forEach(measured -> remarks.one(measured, processors));
        for (int i = 1; i < cases.size(); i++) {
            remarks.pair(cases.get(i - 1), cases.get(i));
        }
        remarks.providers(cases);
        return List.copyOf(remarks.remarks);
    }

    private void add(String format, Object... arguments) {
        remarks.add(String.format(Locale.ROOT, format, arguments));
    }

    private void start(BenchReport.Start start) {
        if (!start.warmUp().stable()) {
            add("On %s the durations had not become stable after %s of warm-up: something else uses this machine, or the "
                + "model needs --warm-up longer.", start.provider(), Quantity.show(start.warmUp().nanos()));
        }
    }

    private void one(Measured measured, int processors) {
        var latencies = measured.latencies();
        double p50 = latencies.percentile(50);
        double p99 = latencies.percentile(99);
        if (measured.what().rate().isPresent()) {
            double wanted = measured.what().rate().getAsDouble() * measured.what().batch();
            if (measured.throughput() < KEPT_UP * wanted || measured.missed() > 0) {
                add("%s: it cannot keep up; %.6g a second is what it gives, and the latencies are those of a growing "
                    + "queue.", measured.what(), measured.throughput());
            } else if (p99 > TAIL * p50) {
                add("%s: it keeps up, but p99 is %.1f times p50: some runs wait for others.", measured.what(),
                    p99 / p50);
            }
        } else if (p99 > TAIL * p50) {
            add("%s: p99 is %.1f times p50; something interrupts these runs, on this machine or in this process.",
                measured.what(), p99 / p50);
        }
        if (measured.cores() > BUSY * processors) {
            add("%s: %.1f of %d processors are in use by this process; the processor is the limit.", measured.what(),
                measured.cores(), processors);
        }
    }

    private void pair(Measured before, Measured now) {
        var a = before.what();
        var b = now.what();
        if (!a.provider().equals(b.provider()) || a.rate().isPresent()) {
            return;
        }
        double gain = now.throughput() / before.throughput();
        if (a.batch() == b.batch() && b.concurrency() > a.concurrency() && gain < GAIN) {
            add("%s: %d at a time instead of %d change the throughput by %+.0f %% and p50 by %+.0f %%; more than %d do "
                + "not pay.", b.provider(), b.concurrency(), a.concurrency(), 100 * (gain - 1),
                100 * (latency(now) / latency(before) - 1), a.concurrency());
        }
        if (a.concurrency() == b.concurrency() && b.batch() > a.batch()) {
            add("%s: batch %d instead of %d changes the inputs a second by %+.0f %%%s.", b.provider(), b.batch(),
                a.batch(), 100 * (gain - 1), gain < GAIN ? "; larger batches do not pay" : "");
        }
    }

    private static double latency(Measured measured) {
        return measured.latencies().percentile(50);
    }

    private void providers(List<Measured> cases) {
        if (cases.isEmpty()) {
            return;
        }
        var first = cases.getFirst();
        for (var other : cases) {
            if (!other.what().provider().equals(first.what().provider())
                && other.what().batch() == first.what().batch()
                && other.what().concurrency() == first.what().concurrency()) {
                double ratio = latency(first) / latency(other);
                add("%s is %.2f times %s %s (p50).", other.what().provider(), Math.max(ratio, 1 / ratio),
                    ratio >= 1 ? "faster than" : "slower than", first.what().provider());
            }
        }
    }
}
