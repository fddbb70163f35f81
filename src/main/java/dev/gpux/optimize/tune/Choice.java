package dev.gpux.optimize.tune;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The choice among settings that ran by turns, such that noise does not change it. A setting counts only if it is
 * faster than the standard one by what matters and by more than the noise. All that are not slower than the best of
 * them by as much are equal; of these, the one that was chosen before stays, else the nearest to the standard one is
 * taken.
 *
 * @param setting what to take
 * @param equals what is as fast, within the noise; without {@code setting}
 */
record Choice(Setting setting, List<Setting> equals) {
    /** A difference below this part is not worth a setting of its own. */
    static final double MATTERS = 0.05;

    Choice {
        equals = List.copyOf(equals);
    }

    /**
     * Chooses.
     *
     * @param measured what was measured of each setting, the standard one's among them
     * @param before what was chosen the last time
     */
    static Choice of(Map<Setting, Series> measured, Setting standard, Optional<Setting> before) {
        var reference = measured.get(standard);
        var faster = new ArrayList<>(measured.keySet().stream().filter(one ->
            !one.equals(standard) && isFaster(measured.get(one), reference)).toList());
        // Nothing new has to be shown for what holds already, as long as it is not slower.
        before.filter(one -> measured.containsKey(one) && !faster.contains(one)
            && measured.get(one).ratio(reference, Interval.LIKELY).middle() <= 1).ifPresent(faster::add);
        if (faster.isEmpty()) {
            return new Choice(standard, List.of());
        }
        var best = measured.get(faster.stream().min((one, other) -> Double.compare(
            measured.get(one).ratio(reference, Interval.LIKELY).middle(),
            measured.get(other).ratio(reference, Interval.LIKELY).middle())).orElseThrow());
        var equals = new ArrayList<>(faster.stream().filter(one ->
            !measured.get(one).isSlowerThan(best)).sorted(Setting.nearestTo(standard)).toList());
        var taken = before.filter(equals::contains).orElse(equals.getFirst());
        equals.remove(taken);
        return new Choice(taken, equals);
    }

    /** Whether a setting is faster than the standard one by what matters and by more than the noise. */
    static boolean isFaster(Series one, Series standard) {
        return standard.isSlowerThan(one);
    }
}
