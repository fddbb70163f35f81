package dev.gpux.optimize.tune;

import dev.gpux.engine.OpenOptions;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One way to run a model.
 *
 * @param precision with which numbers
 * @param provider the execution provider's name
 * @param threads threads inside one operator
 * @param level how far ORT rewrites the graph
 * @param spin whether idle threads burn CPU
 * @param batch inputs in one run
 */
public record Setting(Precision precision, String provider, int threads, GraphOptimization level, boolean spin,
                      int batch) {
    /** {@code options} with this setting. */
    public OpenOptions apply(OpenOptions options) {
        var set = options.withIntraThreads(threads).withLevel(level)
            .withSession(Map.of("session.intra_op.allow_spinning", spin ? "1" : "0"));
        return set.withProviders(provider.equals("cpu") ? List.of("cpu") : List.of(provider, "cpu"));
    }

    /** With another graph level. */
    Setting withLevel(GraphOptimization other) {
        return new Setting(precision, provider, threads, other, spin, batch);
    }

    /** In how many things it differs from another one. */
    int distance(Setting other) {
        return (precision == other.precision ? 0 : 1) + (provider.equals(other.provider) ? 0 : 1)
            + (threads == other.threads ? 0 : 1) + (level == other.level ? 0 : 1) + (spin == other.spin ? 0 : 1)
            + (batch == other.batch ? 0 : 1);
    }

    /** Whether it has all that two others have in common, and each of the rest from one of them. */
    boolean isBetween(Setting one, Setting other) {
        return distance(one) + distance(other) == one.distance(other);
    }

    /**
     * Which of two equally fast settings is the better one: that with the same numbers as the standard one, since
     * answers stay what they are; then that which differs in less; then that which differs in what others notice least.
     * No two settings are equal in this order.
     */
    static Comparator<Setting> nearestTo(Setting standard) {
        return Comparator.comparing((Setting one) -> one.precision != standard.precision)
            .thenComparingInt(one -> one.distance(standard))
            .thenComparing(one -> !one.provider.equals(standard.provider))
            .thenComparing(one -> one.spin && !standard.spin)
            .thenComparing(one -> one.batch != standard.batch)
            .thenComparing(one -> one.threads != standard.threads)
            .thenComparing(Setting::toString);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s%s, %d thread%s, %s%s, batch %d", precision == Precision.ORIGINAL ? ""
            : precision.word() + " on ", provider, threads, threads == 1 ? "" : "s",
            level.name().toLowerCase(Locale.ROOT), spin ? ", spinning" : "", batch);
    }
}
