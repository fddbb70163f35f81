package dev.gpux.engine;

import dev.gpux.ort.LogSeverity;
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
 */
public record OpenOptions(OptionalInt intraThreads, Map<String, String> session, LogSeverity log,
                          List<String> providers, Optional<String> require, boolean strict, boolean explain) {
    /** The best providers of the machine. */
    public static final String AUTO = "auto";

    /** Keeps immutable copies. */
    public OpenOptions {
        session = Map.copyOf(session);
        providers = List.copyOf(providers);
    }

    /** As the GPUXfile says. */
    public static OpenOptions standard() {
        return new OpenOptions(OptionalInt.empty(), Map.of(), LogSeverity.WARNING, List.of(), Optional.empty(), false,
            false);
    }

    /** With this number of threads inside one operator. */
    public OpenOptions withIntraThreads(int threads) {
        return new OpenOptions(OptionalInt.of(threads), session, log, providers, require, strict, explain);
    }

    /** On these execution providers, in the order of preference. */
    public OpenOptions withProviders(List<String> names) {
        return new OpenOptions(intraThreads, session, log, names, require, strict, explain);
    }

    /** Only on a {@code gpu}, or only on the provider of this name. */
    public OpenOptions withRequire(String word) {
        return new OpenOptions(intraThreads, session, log, providers, Optional.of(word), strict, explain);
    }

    /** With or without nodes that are left to the CPU. */
    public OpenOptions withStrict(boolean wanted) {
        return new OpenOptions(intraThreads, session, log, providers, require, wanted, explain);
    }

    /** With a full report of where the nodes run. */
    public OpenOptions withExplain(boolean wanted) {
        return new OpenOptions(intraThreads, session, log, providers, require, strict, wanted);
    }
}
