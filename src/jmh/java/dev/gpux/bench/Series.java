package dev.gpux.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One row of the table: what is measured for all callers.
 *
 * @param threads how many run the one session at once
 */
record Series(Workload workload, Way way, int threads) {
    static List<Series> all() {
        var all = new ArrayList<Series>();
        for (var workload : List.of(Workload.TINY, Workload.IDENTITY)) {
            for (var way : Way.values()) {
                all.add(new Series(workload, way, 1));
            }
            all.add(new Series(workload, Way.BOUND, 2));
            all.add(new Series(workload, Way.FRESH, 2));
        }
        all.add(new Series(Workload.RELU, Way.BOUND, 1));
        all.add(new Series(Workload.RELU, Way.REUSED, 1));
        all.add(new Series(Workload.RELU, Way.FRESH, 1));
        for (var workload : List.of(Workload.MINILM_1, Workload.MINILM_8)) {
            all.add(new Series(workload, Way.BOUND, 1));
            all.add(new Series(workload, Way.FRESH, 1));
        }
        all.add(new Series(Workload.MINILM_1, Way.BOUND, 2));
        return all;
    }

    @Override
    public String toString() {
        return workload + "." + way.label() + "." + threads;
    }
}
