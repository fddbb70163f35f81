package dev.gpux.optimize.tune;

import java.util.ArrayList;
import java.util.List;

/**
 * Medians of blocks of runs of one setting, in nanoseconds for one input; block by block at the same time as those of
 * other settings, so that what disturbed one disturbed the others, and ratios within a round say more than all times
 * together.
 */
final class Series {
    private final List<Double> medians = new ArrayList<>();
    private long runs;

    void add(double median, long count) {
        medians.add(median);
        runs += count;
    }

    int rounds() {
        return medians.size();
    }

    /** The middle of the medians. */
    double median() {
        return interval().middle();
    }

    private Interval interval() {
        return Interval.of(medians.stream().mapToDouble(Double::doubleValue).toArray(), Interval.LIKELY);
    }

    /** How many times the other's time this one takes, from the rounds that both were in. */
    Interval ratio(Series other, double certainty) {
        var ratios = new double[Math.min(medians.size(), other.medians.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = medians.get(i) / other.medians.get(i);
        }
        return Interval.of(ratios, certainty);
    }

    /** Whether it takes longer by what matters, and by more than the noise. */
    boolean isSlowerThan(Series other) {
        var ratio = ratio(other, Interval.SURE);
        return ratio.middle() > 1 + Choice.MATTERS && ratio.low() > 1;
    }

    Measured toMeasured(Setting setting, boolean finalist) {
        return new Measured(setting, interval().times(1e-6), runs, finalist);
    }
}
