package dev.gpux.engine;

import dev.gpux.ort.LogSeverity;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What somebody who opens a model wants other than its GPUXfile says. Immutable.
 *
 * @param intraThreads threads inside one operator
 * @param session ORT session entries, over the GPUXfile's
 * @param log the least grave message that ORT logs of this model
 * @param providers execution providers in the order of preference; {@value #AUTO} alone is the best of the machine;
 *     empty for what the GPUXfile says
 * @param require {@code gpu} or a provider's name: fail rather than run elsewhere
 * @param strict whether it is a failure if a single node is left to the CPU
 * @param explain whether {@link Model#report()} shall say of every node where it runs and why; costs every run
 *     something
 * @param level how far ORT rewrites the graph; empty for all the way
 * @param providerOptions options of providers by their names, over the GPUXfile's and with the same keys and values
 * @param tuned whether the setting that {@code gpux tune} noted in {@code gpux.lock} is used where it fits
 */
public record OpenOptions(OptionalInt intraThreads, Map<String, String> session, LogSeverity log,
                          List<String> providers, Optional<String> require, boolean strict, boolean explain,
                          Optional<GraphOptimization> level, Map<String, Map<String, String>> providerOptions,
                          boolean tuned) {
    /** The best providers of the machine. */
    public static final String AUTO = "auto";

    /** Keeps immutable copies. */
    public OpenOptions {
        session = Map.copyOf(session);
        providers = List.copyOf(providers);
        providerOptions = Map.copyOf(providerOptions);
    }

    /** As the GPUXfile says. */
    public static OpenOptions standard() {
        return new OpenOptions(OptionalInt.empty(), Map.of(), LogSeverity.WARNING, List.of(), Optional.empty(), false,
            false, Optional.empty(), Map.of(), true);
    }

    /** With this number of threads inside one operator. */
    public OpenOptions withIntraThreads(int threads) {
        return new OpenOptions(OptionalInt.of(threads), session, log, providers, require, strict, explain, level,
            providerOptions, tuned);
    }

    /** On these execution providers, in the order of preference. */
    public OpenOptions withProviders(List<String> names) {
        return new OpenOptions(intraThreads, session, log, names, require, strict, explain, level,
            providerOptions, tuned);
    }

    /** Only on a {@code gpu}, or only on the provider of this name. */
    public OpenOptions withRequire(String word) {
        return new OpenOptions(intraThreads, session, log, providers, Optional.of(word), strict, explain, level,
            providerOptions, tuned);
    }

    /** With or without nodes that are left to the CPU. */
    public OpenOptions withStrict(boolean wanted) {
        return new OpenOptions(intraThreads, session, log, providers, require, wanted, explain, level,
            providerOptions, tuned);
    }

    /** With a full report of where the nodes run. */
    public OpenOptions withExplain(boolean wanted) {
        return new OpenOptions(intraThreads, session, log, providers, require, strict, wanted, level,
            providerOptions, tuned);
    }

    /** With the graph rewritten so far. */
    public OpenOptions withLevel(GraphOptimization wanted) {
        return new OpenOptions(intraThreads, session, log, providers, require, strict, explain, Optional.of(wanted),
            providerOptions, tuned);
    }

    /** As nobody tuned it: for who measures or compares. */
    public OpenOptions withoutTuning() {
        return new OpenOptions(intraThreads, session, log, providers, require, strict, explain, level,
            providerOptions, false);
    }

    /** With these ORT session entries, over those that there are. */
    public OpenOptions withSession(Map<String, String> entries) {
        var all = new HashMap<>(session);
        all.putAll(entries);
        return new OpenOptions(intraThreads, all, log, providers, require, strict, explain, level,
            providerOptions, tuned);
    }

    /** With these options of the provider of that name, over those that there are. */
    public OpenOptions withProviderOptions(String provider, Map<String, String> entries) {
        var all = new HashMap<>(providerOptions);
        var merged = new LinkedHashMap<>(all.getOrDefault(provider, Map.of()));
        merged.putAll(entries);
        all.put(provider, Collections.unmodifiableMap(merged));
        return new OpenOptions(intraThreads, session, log, providers, require, strict, explain, level, all, tuned);
    }
}
