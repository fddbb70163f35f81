package dev.gpux.bench;

import static dev.gpux.bench.Caller.C;
import static dev.gpux.bench.Caller.GPUX;
import static dev.gpux.bench.Caller.WRAPPER;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the project wants of itself.
 *
 * @param goal the most that is allowed, or the least if {@code atLeast}
 * @param needs the series that it is computed of
 */
record Target(String title, double goal, boolean atLeast, List<Series> needs, ToDoubleFunction<Results> measured) {
    static List<Target> all() {
        var tinyFresh = new Series(Workload.TINY, Way.FRESH, 1);
        var reluReused = new Series(Workload.RELU, Way.REUSED, 1);
        return List.of(
            ratio("tiny: prepared run / C, RunWithBinding", 1.03, bound(Workload.TINY, 1), C),
            ratio("identity: prepared run / C, RunWithBinding", 1.03, bound(Workload.IDENTITY, 1), C),
            bytes("tiny: bytes a prepared run", 0.5, bound(Workload.TINY, 1)),
            ratio("tiny: new input, output read / C, Run with a fresh output", 1.25, tinyFresh,
                new Series(Workload.TINY, Way.REUSED, 1), C),
            ratio("tiny: new input, output read / official wrapper", 0.45, tinyFresh, WRAPPER),
            bytes("tiny: bytes a run, new input, output read", 400, tinyFresh),
            ratio("12.6 MB: output read / C", 1.05, reluReused, C),
            ratio("12.6 MB: output read / official wrapper", 0.45, reluReused, WRAPPER),
            scaling("tiny: throughput of 2 threads / of 1", 1.8, GPUX),
            scaling("the same in C", 1.8, C));
    }

    private static Series bound(Workload workload, int threads) {
        return new Series(workload, Way.BOUND, threads);
    }

    private static Target ratio(String title, double goal, Series series, Caller to) {
        return ratio(title, goal, series, series, to);
    }

    private static Target ratio(String title, double goal, Series series, Series toSeries, Caller to) {
        return new Target(title, goal, false, List.of(series, toSeries),
            results -> results.ratio(series, GPUX, toSeries, to));
    }

    private static Target bytes(String title, double goal, Series series) {
        return new Target(title, goal, false, List.of(series), results -> results.bytes(series, GPUX));
    }

    private static Target scaling(String title, double goal, Caller caller) {
        var one = bound(Workload.TINY, 1);
        var two = bound(Workload.TINY, 2);
        return new Target(title, goal, true, List.of(one, two),
            results -> 2 * results.ratio(one, caller, two, caller));
    }

    /** A row of the table of targets. */
    String row(Results results) {
        if (!results.series().containsAll(needs)) {
            return "";
        }
        double value = measured.applyAsDouble(results);
        boolean holds = atLeast ? value >= goal : value <= goal;
        return String.format(Locale.ROOT, "| %s | %s %s | %.3f | %s |%n", title, atLeast ? "≥" : "≤", goal, value,
            holds ? "yes" : "no");
    }
}
