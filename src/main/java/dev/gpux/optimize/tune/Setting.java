package dev.gpux.optimize.tune;

import dev.gpux.engine.OpenOptions;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One way to run a model.
 *
 * @param provider the execution provider's name
 * @param threads threads inside one operator
 * @param level how far ORT rewrites the graph
 * @param spin whether idle threads burn CPU
 * @param batch inputs in one run
 */
public record Setting(String provider, int threads, GraphOptimization level, boolean spin, int batch) {
    /** {@code options} with this setting. */
    public OpenOptions apply(OpenOptions options) {
        var set = options.withIntraThreads(threads).withLevel(level)
            .withSession(Map.of("session.intra_op.allow_spinning", spin ? "1" : "0"));
        return set.withProviders(provider.equals("cpu") ? List.of("cpu") : List.of(provider, "cpu"));
    }

    /** In how many things it differs from another one. */
    int distance(Setting other) {
        return (provider.equals(other.provider) ? 0 : 1) + (threads == other.threads ? 0 : 1)
            + (level == other.level ? 0 : 1) + (spin == other.spin ? 0 : 1) + (batch == other.batch ? 0 : 1);
    }

    /** Whether it has all that two others have in common, and each of the rest from one of them. */
    boolean isBetween(Setting one, Setting other) {
        return distance(one) + distance(other) == one.distance(other);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s, %d thread%s, %s%s, batch %d", provider, threads, threads == 1 ? "" : "s",
            level.name().toLowerCase(Locale.ROOT), spin ? ", spinning" : "", batch);
    }
}
