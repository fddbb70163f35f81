package dev.gpux.provider.selection;

import dev.gpux.provider.ExecutionProvider;
import java.util.List;
import java.util.Optional;

/**
 * What somebody wants of the providers that a model runs on.
 *
 * @param providers in the order of preference; empty for the best of this machine. The CPU among them says that it will
 *     do if the others cannot be had
 * @param require {@code gpu}, {@code npu} or a provider's name: fail rather than run elsewhere
 * @param strict whether it is a failure if a single node is left to the CPU
 * @param explain whether the report shall say of every node where it runs and why: ORT then logs the whole graph while
 *     the session opens, and goes on logging with every run, so this is not for a session that runs hot
 */
public record Demand(List<ExecutionProvider> providers, Optional<String> require, boolean strict, boolean explain) {
    /** The best of this machine, whatever that is. */
    public static final Demand AUTOMATIC = new Demand(List.of(), Optional.empty(), false, false);

    /** Keeps an immutable copy. */
    public Demand {
        providers = List.copyOf(providers);
    }
}
