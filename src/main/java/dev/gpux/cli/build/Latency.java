package dev.gpux.cli.build;

import dev.gpux.engine.GoldenTests;
import dev.gpux.engine.InputSlot;
import dev.gpux.engine.Model;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;

/**
 * How long a run takes, steps included, measured in this process.
 *
 * @param medianMillis half of the runs were faster
 * @param runs how many there were
 */
record Latency(double medianMillis, int runs) {
    private static final int WARM_UP = 3;
    private static final int MOST_RUNS = 20;
    private static final long MOST_NANOS = 1_000_000_000;

    /** Runs the first golden test's inputs, or the defaults; empty if there are neither. At most about a second. */
    static Optional<Latency> measure(Model model) {
        var tests = model.gpuxfile().tests();
        if (tests.isEmpty() && !model.inputs().stream().map(InputSlot::initial).allMatch(Optional::isPresent)) {
            return Optional.empty();
        }
        var times = new ArrayList<Long>();
        try (var arena = Arena.ofConfined()) {
            var inputs = tests.isEmpty() ? Map.<String, Input>of() : GoldenTests.inputs(model, tests.getFirst(), arena);
            long end = System.nanoTime() + MOST_NANOS;
            for (int i = 0; i < WARM_UP + MOST_RUNS && (times.isEmpty() || System.nanoTime() < end); i++) {
                try (var results = Arena.ofConfined()) {
                    var timing = model.run(results, inputs).timing();
                    if (i >= WARM_UP || System.nanoTime() >= end) {
                        times.add(timing.preprocess() + timing.run() + timing.postprocess());
                    }
                }
            }
        }
        times.sort(null);
        return Optional.of(new Latency(times.get(times.size() / 2) / 1e6, times.size()));
    }
}
