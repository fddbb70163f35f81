package dev.gpux.optimize.tune;

import dev.gpux.engine.OpenOptions;
import dev.gpux.engine.Tuning;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One way to run a model.
 *
 * @param precision with which numbers
 * @param provider the execution provider's name
 * @param threads threads inside one operator
 * @param level how far ORT rewrites the graph
 * @param spin whether idle threads burn CPU
 * @param batch inputs in one run
 * @param options the provider's options, over the GPUXfile's
 */
public record Setting(Precision precision, String provider, int threads, GraphOptimization level, boolean spin,
                      int batch, Map<String, String> options) {
    /** Keeps an immutable copy in the order of the keys. */
    public Setting {
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }

    /** With the provider's options as they are. */
    public Setting(Precision precision, String provider, int threads, GraphOptimization level, boolean spin,
                   int batch) {
        this(precision, provider, threads, level, spin, batch, Map.of());
    }

    /** {@code options} with this setting. */
    public OpenOptions apply(OpenOptions options) {
        var set = options.withIntraThreads(threads).withLevel(level)
            .withSession(Map.of("session.intra_op.allow_spinning", spin ? "1" : "0"));
        if (!this.options.isEmpty()) {
            set = set.withProviderOptions(provider, this.options);
        }
        return set.withProviders(provider.equals("cpu") ? List.of("cpu") : List.of(provider, "cpu"));
    }

    /** With another graph level. */
    Setting withLevel(GraphOptimization other) {
        return new Setting(precision, provider, threads, other, spin, batch, options);
    }

    /** With the provider's options as they are. */
    Setting withoutOptions() {
        return new Setting(precision, provider, threads, level, spin, batch);
    }

    /** In how many things it differs from another one. */
    int distance(Setting other) {
        return (precision == other.precision ? 0 : 1) + (provider.equals(other.provider) ? 0 : 1)
            + (threads == other.threads ? 0 : 1) + (level == other.level ? 0 : 1) + (spin == other.spin ? 0 : 1)
            + (batch == other.batch ? 0 : 1) + differences(options, other.options);
    }

    /** How many options are set otherwise. */
    private static int differences(Map<String, String> one, Map<String, String> other) {
        var keys = new TreeSet<>(one.keySet());
        keys.addAll(other.keySet());
        keys.removeIf(key -> Objects.equals(one.get(key), other.get(key)));
        return keys.size();
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
            .thenComparing(one -> !one.options.equals(standard.options))
            .thenComparing(one -> one.batch != standard.batch)
            .thenComparing(one -> one.threads != standard.threads)
            .thenComparing(Setting::toString);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s%s, %d thread%s, %s%s, batch %d", precision == Precision.ORIGINAL ? ""
            : precision.word() + " on ", provider + Tuning.words(options), threads, threads == 1 ? "" : "s",
            level.name().toLowerCase(Locale.ROOT), spin ? ", spinning" : "", batch);
    }
}
